// Command demo-web is the program behind `make demo-web`. It starts a real livekit-server on this machine and serves a page on
// 127.0.0.1, where somebody shares their camera or screen and sees, beside it, what livekitsrc receives of it, with its statistics.
// It stays up until Ctrl-C. Then everything that it started ends.
//
//	demo-web [-port 8080] [-server livekit-server] [-client livekit-client.esm.mjs]
//
// receiver.go has the pipeline, viewers.go passes on what comes out of it, pages.go serves the page, and web/ is the page itself.
//
// The exit status is 0 after Ctrl-C, 1 if something failed, and 2 for wrong flags.
package main
