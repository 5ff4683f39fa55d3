// Package livekitbin is the GStreamer element livekitbin: what programs that play addresses get for livekit://, the
// picture and the sound of one participant of a room.
//
//	gst-play-1.0 livekit://example.livekit.cloud/demo
//
// A Go application that builds pipelines, with go-gst or any other binding, calls [Register] once; nothing has to be
// installed. It has livekitsrc and livekitaudiosrc then, too:
//
//	if err := livekitbin.Register(); err != nil {
//		log.Fatal(err)
//	}
//	pipeline, err := gst.NewPipelineFromString("playbin3 uri=livekit://example.livekit.cloud/demo")
//
// It is a bin with a livekitsrc and a livekitaudiosrc in it. Here is how an address is divided between them, and when a
// pad appears; all else is theirs.
package livekitbin
