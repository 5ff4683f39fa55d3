// Command record-room records everybody in a room: a file for each track, as its publisher encoded it, and a list of the files.
//
//	go run ./examples/record-room -room demo -folder recording
//
// A file begins when a track is published, and ends when the track does. recording.json in the folder says whose track is in which
// file, and when it began and ended. Ctrl-C ends the recording and finishes all files.
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
	"sync"
	"syscall"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/elements/livekitbin"
	"github.com/gst-livekit/gst-livekit/examples/internal/published"
)

func main() {
	log.SetFlags(0)
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "record-room records everybody in a room: a file for each track, and recording.json.")
		flag.PrintDefaults()
	}
	room := flag.String("room", "demo", "room to join")
	folder := flag.String("folder", "recording", "folder for the files, without an earlier recording; it is made if it is not there")
	untilEmpty := flag.Bool("until-empty", false, "end when the last participant has left")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := record(ctx, *room, *folder, *untilEmpty); err != nil {
		log.Fatal(err)
	}
}

// record returns when the recording has ended and every file is finished.
func record(ctx context.Context, room, folder string, untilEmpty bool) error {
	gst.Init(nil)
	if err := livekitbin.Register(); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	list, err := newManifest(folder, room)
	if err != nil {
		return err
	}
	var recordings sync.WaitGroup
	followed, err := published.Follow(ctx, room, "record-room", untilEmpty, func(t published.Track) {
		recordings.Go(func() {
			if err := recordTrack(t, room, list); err != nil {
				log.Printf("record track %s of %s: %v", t.SID, t.Participant, err)
			}
		})
	})
	if err != nil {
		return err
	}
	reason := <-followed
	recordings.Wait()
	return errors.Join(reason, list.end())
}
