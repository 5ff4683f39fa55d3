// Command frames reads a participant's camera frame by frame: it saves the first picture as a PNG, counts the others, and
// says how many there were in a second.
//
//	go run ./examples/pipelines/frames -room demo -participant publisher -count 300 -png first.png
//
// Server and keys come from LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET. The program builds no pipeline and
// needs no plugin: GStreamer only decodes.
package main

import (
	"context"
	"flag"
	"fmt"
	"image/png"
	"log"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/stream"
)

func main() {
	log.SetFlags(0)
	room := flag.String("room", "demo", "room to join")
	participant := flag.String("participant", "publisher", "whose camera to read")
	count := flag.Int("count", 300, "frames to read; 0 is until Ctrl-C")
	file := flag.String("png", "first.png", "where the first picture goes")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *room, *participant, *count, *file); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, room, identity string, count int, file string) error {
	lksdk.SetLogger(logger.GetDiscardLogger()) // otherwise LiveKit's SDK writes to standard error
	var once sync.Once
	opened := make(chan opening, 1)
	connection := lksdk.NewRoom(&lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{
		// Make the stream in a callback: it adds callbacks to the participant, which the SDK reads without a lock.
		OnTrackPublished: func(publication *lksdk.RemoteTrackPublication, participant *lksdk.RemoteParticipant) {
			if participant.Identity() != identity || publication.Source() != livekit.TrackSource_CAMERA {
				return
			}
			once.Do(func() { // the stream goes on by itself when this participant publishes a camera again
				frames, err := stream.FromParticipant(participant, livekit.TrackSource_CAMERA, stream.WithFormat(caps.RGBA))
				opened <- opening{frames, err}
			})
		},
	}})
	err := connection.JoinWithContext(ctx, os.Getenv("LIVEKIT_URL"), lksdk.ConnectInfo{
		APIKey:              os.Getenv("LIVEKIT_API_KEY"),
		APISecret:           os.Getenv("LIVEKIT_API_SECRET"),
		RoomName:            room,
		ParticipantIdentity: "frames-example",
	}, lksdk.WithAutoSubscribe(false))
	if err != nil {
		return err
	}
	defer connection.Disconnect()

	select {
	case o := <-opened:
		if o.err != nil {
			return o.err
		}
		defer o.frames.Close()
		return read(ctx, o.frames, count, file)
	case <-ctx.Done():
		return nil
	}
}

// opening is a stream, or the error because of which there is none.
type opening struct {
	frames *stream.VideoStream
	err    error
}

// read reads count frames, or fewer if the stream ends.
func read(ctx context.Context, frames *stream.VideoStream, count int, file string) error {
	var (
		n     int
		start time.Time
	)
	for event, err := range frames.Frames(ctx) {
		switch {
		case ctx.Err() != nil: // Ctrl-C
			return nil
		case err != nil:
			return err
		}
		if n == 0 {
			err = save(event.Frame, file)
			start = time.Now()
		} else if n%30 == 0 {
			fmt.Printf("%d frames, %.1f a second\n", n, float64(n)/time.Since(start).Seconds())
		}
		event.Frame.Release()
		if n++; err != nil || n == count {
			return err
		}
	}
	return nil // the participant left
}

// save writes a frame as a PNG.
func save(frame *stream.VideoFrame, file string) error {
	picture, err := frame.Image()
	if err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := png.Encode(f, picture); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
