// Package livekitaudiosrc is the GStreamer element livekitaudiosrc: a live source of one
// audio track from a LiveKit room.
//
//	gst-launch-1.0 livekitaudiosrc room=demo ! audioconvert ! autoaudiosink
//
// A Go application that builds pipelines, with go-gst or any other binding, calls
// [Register] once and then makes elements by name; nothing has to be installed:
//
//	if err := livekitaudiosrc.Register(); err != nil {
//		log.Fatal(err)
//	}
//	pipeline, err := gst.NewPipelineFromString("livekitaudiosrc room=demo ! audioconvert ! autoaudiosink")
//
// What is here is what is about sound: what fills silence, redundancy, and being in sync with the video of the same
// participant, which livekitsrc receives. All else that an element of LiveKit has is package base.
package livekitaudiosrc
