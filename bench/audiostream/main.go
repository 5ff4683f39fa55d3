// Command audiostream receives tracks of sound as a Go program does, with stream.AudioStream, and listens for the burst at each
// whole second of the clock. It is one of the benchmark's receivers.
//
//	audiostream -room bench
//
// LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET say where. It writes record.Lines to file descriptor 3, and ends at
// SIGINT or SIGTERM.
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

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/bench/record"
	"github.com/gst-livekit/gst-livekit/stream"
)

func main() {
	room := flag.String("room", "bench", "the room; every track of sound in it is received")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	r := &receiver{records: record.NewWriter(os.NewFile(3, "records"))}
	if err := r.receive(ctx, *room); err != nil {
		fmt.Fprintln(os.Stderr, "audiostream:", err)
		stop()
		os.Exit(1)
	}
}

// receiver receives every track of sound of a room.
type receiver struct {
	records io.Writer
	readers sync.WaitGroup

	mu  sync.Mutex
	err error
}

// receive receives until ctx ends.
func (r *receiver) receive(ctx context.Context, name string) error {
	begun := record.Now()
	lksdk.SetLogger(logger.GetDiscardLogger())
	room, err := lksdk.ConnectToRoom(os.Getenv("LIVEKIT_URL"), lksdk.ConnectInfo{
		APIKey:              os.Getenv("LIVEKIT_API_KEY"),
		APISecret:           os.Getenv("LIVEKIT_API_SECRET"),
		RoomName:            name,
		ParticipantIdentity: "audiostream",
	}, &lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{
		OnTrackSubscribed: func(track *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
			sound, err := stream.AudioFromTrack(track)
			if err != nil {
				r.fail(fmt.Errorf("track %q: %w", pub.Name(), err))
				return
			}
			r.readers.Go(func() { r.read(ctx, sound, record.NewRecorder(r.records, pub.Name(), begun)) })
		},
	}})
	if err != nil {
		return fmt.Errorf("join room %q: %w", name, err)
	}
	<-ctx.Done()
	r.readers.Wait()
	room.Disconnect()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// read reads one track until ctx ends, and tells about it.
func (r *receiver) read(ctx context.Context, sound *stream.AudioStream, recorder *record.Recorder) {
	defer sound.Close()
	var b bursts
	for event, err := range sound.Frames(ctx) {
		if errors.Is(err, context.Canceled) {
			break
		}
		if err == nil {
			err = recorder.Frame(b.hear(event.Frame.Data, record.Now()))
		}
		if err != nil {
			r.fail(err)
			break
		}
	}
	if err := recorder.End(""); err != nil {
		r.fail(err)
	}
}

func (r *receiver) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = errors.Join(r.err, err)
}
