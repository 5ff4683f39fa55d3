// Command record writes the video of a room into a Matroska file, until Ctrl-C or until the participant leaves.
//
//	go run ./examples/pipelines/record -room demo -file demo.mkv
//
// Server and keys come from LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or from LIVEKIT_TOKEN.
// livekitsrc is linked into the program: no plugin has to be installed.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/go-gst/go-gst/gst"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
	"github.com/gst-livekit/gst-livekit/examples/internal/pipeline"
)

// A file has one picture size and one colour format, even when the publisher changes its own.
const description = `livekitsrc name=source
	! videoconvert ! videoscale add-borders=true
	! video/x-raw,format=I420,width=1280,height=720,pixel-aspect-ratio=1/1,colorimetry=bt709
	! x264enc tune=zerolatency speed-preset=veryfast ! h264parse ! matroskamux ! filesink name=file`

func main() {
	log.SetFlags(0)
	room := flag.String("room", "demo", "room to join")
	participant := flag.String("participant", "", "whom to record; empty is the first one who publishes video")
	file := flag.String("file", "recording.mkv", "file to write")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	graph, err := newPipeline(*room, *participant, *file)
	if err != nil {
		log.Fatal(err)
	}
	err = pipeline.Play(ctx, graph)
	_ = graph.SetState(gst.StateNull)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("wrote", *file)
}

func newPipeline(room, participant, file string) (*gst.Pipeline, error) {
	lksdk.SetLogger(logger.GetDiscardLogger()) // otherwise LiveKit's SDK writes to standard error
	gst.Init(nil)
	if err := livekitsrc.Register(); err != nil {
		return nil, err
	}
	graph, err := gst.NewPipelineFromString(description)
	if err != nil {
		return nil, err
	}
	if _, err := pipeline.Set(graph, "source", map[string]any{"room": room, "participant": participant}); err != nil {
		return nil, err
	}
	if _, err := pipeline.Set(graph, "file", map[string]any{"location": file}); err != nil {
		return nil, err
	}
	return graph, nil
}
