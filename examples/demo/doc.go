// Command demo is the program behind `make demo`. It starts a real livekit-server on loopback, publishes a moving picture
// and a tone to it, and receives both with livekitsrc and livekitaudiosrc in a real gst-launch-1.0.
//
// With a display it shows the picture in a window until Ctrl-C, and plays the tone. Without one it records ten seconds, and
// reads from the picture how old it is, and from the recording how far its sound is from its picture.
//
//	demo [-codec vp8|h264] [-server build/livekit-server] [-out build/demo]
//
// The exit status is 0 when frames flowed, 1 when they did not, 2 for wrong flags, and 130 after Ctrl-C. Nothing that it
// starts outlives it.
package main
