// Command gst126 records the video of a room into a file, as the publisher sent it, with the bindings of go-gst v0.0.2. They need
// GStreamer 1.26 or newer; for an older one, see examples/pipelines/record.
//
//	cd examples/gst126 && go run . -room demo -file demo.mkv
//
// It ends with Ctrl-C or when the participant leaves. Server and keys come from LIVEKIT_URL, LIVEKIT_API_KEY and
// LIVEKIT_API_SECRET, or from LIVEKIT_TOKEN. No plugin has to be installed.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/go-gst/go-gst/pkg/gst"

	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
)

func main() {
	log.SetFlags(0)
	room := flag.String("room", "demo", "room to join")
	file := flag.String("file", "recording.mkv", "file to write")
	flag.Parse()

	gst.Init()
	if err := livekitsrc.Register(); err != nil {
		log.Fatal(err)
	}
	element, err := gst.ParseLaunch("livekitsrc name=source ! matroskamux ! filesink name=file")
	if err != nil {
		log.Fatal(err)
	}
	pipeline := element.(gst.Pipeline)
	pipeline.GetByName("source").SetObjectProperty("room", *room)
	pipeline.GetByName("file").SetObjectProperty("location", *file)
	if err := play(pipeline); err != nil {
		log.Fatal(err)
	}
	fmt.Println("wrote", *file)
}

// play returns when the file is finished. Ctrl-C finishes it.
func play(pipeline gst.Pipeline) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, func() { pipeline.SendEvent(gst.NewEventEOS()) })
	defer pipeline.SetState(gst.StateNull)
	pipeline.SetState(gst.StatePlaying)
	for message := range pipeline.GetBus().Messages(context.Background()) {
		switch message.Type() {
		case gst.MessageError:
			_, err := message.ParseError()
			return err
		case gst.MessageLatency:
			pipeline.RecalculateLatency()
		case gst.MessageEOS:
			return nil
		}
	}
	return nil
}
