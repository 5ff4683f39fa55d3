// Command play is the program behind `make play` and `make server`. It starts a real livekit-server on loopback and up to two
// publishers, each with a moving picture and a tone, prints how to receive them, and stays up until Ctrl-C. Then everything
// that it started ends.
//
//	play [-codec vp8|h264|vp9|h265] [-participants 0|1|2] [-simulcast | -key PASSPHRASE] [-camera /dev/video0]
//
// The room is named demo, and the participants alice and bob, as in the README: its pipelines work as they stand there.
//
// The exit status is 0 after Ctrl-C, 1 if something failed, and 2 for wrong flags.
package main
