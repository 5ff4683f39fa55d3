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
// The package has two halves. The GObject class, its properties, pad, states and
// messages are C. One run of the element, from READY to PAUSED and back, is Go: it
// owns an [engine.Stream] whose frames leave through the element's pad, and a
// goroutine that tells the application what happens. border.h is all that they know
// of each other.
package livekitsrc
