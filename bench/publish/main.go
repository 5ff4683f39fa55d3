// Command publish publishes pictures with the time in them, on one track or on several, each by a participant of its own; or
// clips, which are encoded once and repeated, of pictures and of sound.
// It is a program of its own so that its work is not counted as a receiver's, and so that everything which is compared in
// one run receives the same stream.
//
//	publish -codec vp8 -width 1280 -height 720 -tracks 1 -record build/bench/vp8.ivf
//	publish -clips -tracks 0 -sounds 16 -record build/bench/sound.ogg
//
// LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET say where. It writes lines of JSON to file descriptor 3, as package
// sent reads them, and ends at SIGINT or SIGTERM.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/sent"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

type options struct {
	room, codec                      string
	width, height, frameRate, tracks int
	sounds                           int
	detailed, clips                  bool
	record                           string
	recordFrames                     int
}

func main() {
	var o options
	flag.StringVar(&o.room, "room", "bench", "the room")
	flag.StringVar(&o.codec, "codec", "vp8", "the codec: vp8, vp9 or h264")
	flag.IntVar(&o.width, "width", 1280, "pixels")
	flag.IntVar(&o.height, "height", 720, "pixels")
	flag.IntVar(&o.frameRate, "framerate", 30, "pictures per second")
	flag.IntVar(&o.tracks, "tracks", 1, "how many participants publish a track")
	flag.BoolVar(&o.detailed, "detailed", false, "a picture in which every pixel changes, instead of moving bars")
	flag.BoolVar(&o.clips, "clips", false, "clips that are repeated, all by one participant, with names that tell the tracks apart")
	flag.IntVar(&o.sounds, "sounds", 0, "how many tracks of sound there are, in clips")
	flag.StringVar(&o.record, "record", "", "a file for the beginning of the first track")
	flag.IntVar(&o.recordFrames, "record-frames", 300, "how much of it")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	publish := run
	if o.clips {
		publish = publishClips
	}
	if err := publish(ctx, o, os.NewFile(3, "reports")); err != nil {
		fmt.Fprintln(os.Stderr, "publish:", err)
		os.Exit(1)
	}
}

// run publishes until ctx ends.
func run(ctx context.Context, o options, reports io.Writer) (err error) {
	out := &writer{sent: sent.NewWriter(reports)}
	var kept *recording
	if o.record != "" {
		if kept, err = newRecording(o.record, o); err != nil {
			return fmt.Errorf("record the stream: %w", err)
		}
	}
	var publishers []*testpublisher.Publisher
	defer func() {
		for _, p := range publishers {
			err = errors.Join(err, p.Err())
			p.Close()
		}
		err = errors.Join(err, out.failure())
	}()
	for i := range o.tracks {
		identity := sent.Identity(i)
		config := testpublisher.Config{
			URL:       os.Getenv("LIVEKIT_URL"),
			APIKey:    os.Getenv("LIVEKIT_API_KEY"),
			APISecret: os.Getenv("LIVEKIT_API_SECRET"),
			Room:      o.room,
			Identity:  identity,
			Codec:     testpublisher.Codec(o.codec),
			Width:     o.width,
			Height:    o.height,
			FrameRate: o.frameRate,
			Pattern:   o.pattern(),
			Encoded: func(picture testpublisher.Encoded) {
				out.picture(identity, picture)
				if i == 0 && kept != nil {
					out.fail(kept.add(picture.Data))
				}
			},
		}
		publisher, err := testpublisher.Start(ctx, config)
		if err != nil {
			return err
		}
		publishers = append(publishers, publisher)
	}
	out.ready()
	<-ctx.Done()
	return nil
}

func (o options) pattern() testpublisher.Pattern {
	if o.detailed {
		return testpublisher.Detailed
	}
	return testpublisher.Moving
}

// writer tells what is sent. Its methods may be called by several goroutines at once.
type writer struct {
	mu   sync.Mutex
	sent *sent.Writer
	err  error
}

func (w *writer) picture(track string, p testpublisher.Encoded) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = errors.Join(w.err, w.sent.Picture(track, p.Made.UnixMicro(), p.At.UnixMicro()))
}

// burst says that sound of this whole second of the clock is sent now.
func (w *writer) burst(track string, second time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent.Picture(track, second.UnixMicro(), time.Now().UnixMicro())
}

func (w *writer) ready() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = errors.Join(w.err, w.sent.Ready())
}

func (w *writer) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = errors.Join(w.err, err)
}

func (w *writer) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}
