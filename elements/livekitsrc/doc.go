// Package livekitsrc is the GStreamer element livekitsrc: a live source of one
// video track from a LiveKit room.
//
//	gst-launch-1.0 livekitsrc room=demo ! videoconvert ! autovideosink
//
// A Go application that builds pipelines, with go-gst or any other binding, calls
// [Register] once and then makes elements by name; nothing has to be installed:
//
//	if err := livekitsrc.Register(); err != nil {
//		log.Fatal(err)
//	}
//	pipeline, err := gst.NewPipelineFromString("livekitsrc room=demo ! videoconvert ! autovideosink")
//
// What is here is what is about video: the formats, the layers that are asked for, the sizes. All else that an element
// of LiveKit has is package base.
package livekitsrc
