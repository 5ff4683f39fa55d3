// Package roaming cuts and moves the network between a real server and a real livekitsrc, and looks at when the picture is
// back.
//
// The test program runs in a network namespace of its own, and the receiver in a second one with two ways to the server,
// called wifi and mobile. With the build tag browser, a Chromium that publishes is in the second one instead. Both end with
// the test program: nothing of this machine's network is touched.
package roaming
