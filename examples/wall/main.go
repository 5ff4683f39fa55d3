// Command wall shows everybody in a room beside each other, with their names, as they come and go.
//
//	go run ./examples/wall -room demo
//
// Server and keys come from LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET. The elements are linked into the program: no
// plugin has to be installed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/go-gst/go-gst/gst"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/elements/livekitbin"
	"github.com/gst-livekit/gst-livekit/examples/internal/pipeline"
	"github.com/gst-livekit/gst-livekit/examples/internal/published"
)

const (
	width, height = 1280, 720
	toWindow      = "videoconvert ! autovideosink"
	toFile        = "x264enc tune=zerolatency speed-preset=veryfast ! h264parse ! " +
		"matroskamux ! filesink name=file"
)

func main() {
	log.SetFlags(0)
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "wall shows everybody in a room beside each other, with their names.")
		flag.PrintDefaults()
	}
	room := flag.String("room", "demo", "room to join")
	file := flag.String("file", "", "Matroska file to record the wall to, instead of showing it")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := show(ctx, *room, *file); err != nil {
		log.Fatal(err)
	}
}

// show returns when ctx has ended, or the wall cannot go on.
func show(ctx context.Context, room, file string) error {
	gst.Init(nil)
	if err := livekitbin.Register(); err != nil {
		return err
	}
	w, err := newWall(room, file)
	if err != nil {
		return err
	}
	defer func() { _ = w.pipeline.SetState(gst.StateNull) }()
	ctx, end := context.WithCancel(ctx)
	defer end()
	followed, err := published.Follow(ctx, room, "wall", false, func(t published.Track) {
		if t.Kind != lksdk.TrackKindVideo {
			return
		}
		if err := w.add(t); err != nil {
			log.Printf("show track %s of %s: %v", t.SID, t.Participant, err)
			return
		}
		context.AfterFunc(t.Gone, func() {
			if ctx.Err() == nil { // at the end, everything ends in place
				w.remove(t.SID)
			}
		})
	})
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		ended <- <-followed
		end()
	}()
	err = pipeline.Play(ctx, w.pipeline)
	end()
	return errors.Join(err, <-ended)
}
