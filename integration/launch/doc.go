// Package launch plays pipelines for a test in gst-launch-1.0, as a user does: in a process of its own, with the plugin
// file. Frames come back through `fdsink fd=3`, everything else is read from what gst-launch-1.0 prints.
//
//	l := launch.Start(t, "-v livekitsrc room=demo ! identity name=probe silent=false ! fdsink fd=3")
//	frame := l.Frame()
//
// Every wait ends the test with the program's output when it takes longer than rig.Patience. The process and what it has
// started are killed with the test.
package launch
