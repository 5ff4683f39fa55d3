package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/bench/record"
	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/stream"
)

// receiver receives every video track of a room.
type receiver struct {
	ctx     context.Context
	records io.Writer
	options []stream.Option
	decoder decoderName
	readers sync.WaitGroup

	mu  sync.Mutex // orders what is written to records, too
	err error
}

// receive receives until ctx ends.
func receive(ctx context.Context, o options, records io.Writer) error {
	r := &receiver{ctx: ctx, records: record.NewWriter(records)}
	r.options = []stream.Option{stream.WithLogger(slog.New(&r.decoder))}
	if o.format != "" {
		format, err := caps.Parse(o.format)
		if err != nil {
			return err
		}
		r.options = append(r.options, stream.WithFormat(format))
	}
	begun := record.Now()
	lksdk.SetLogger(logger.GetDiscardLogger())
	room, err := lksdk.ConnectToRoom(os.Getenv("LIVEKIT_URL"), lksdk.ConnectInfo{
		APIKey:              os.Getenv("LIVEKIT_API_KEY"),
		APISecret:           os.Getenv("LIVEKIT_API_SECRET"),
		RoomName:            o.room,
		ParticipantIdentity: "videostream",
	}, &lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{
		OnTrackSubscribed: func(track *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
			video, err := stream.FromTrack(track, append(r.options,
				stream.WithPLIWriter(rp.WritePLI), stream.WithRTPReceiver(pub.Receiver()))...)
			if err != nil {
				r.fail(fmt.Errorf("track of %q: %w", rp.Identity(), err))
				return
			}
			r.readers.Go(func() { r.read(video, record.NewRecorder(r.records, rp.Identity(), begun)) })
		},
	}})
	if err != nil {
		return fmt.Errorf("join room %q: %w", o.room, err)
	}
	<-ctx.Done()
	// The frames that are still on their way are nobody's any more.
	r.readers.Wait()
	room.Disconnect()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// read reads one track until ctx ends, and tells about it.
func (r *receiver) read(video *stream.VideoStream, recorder *record.Recorder) {
	defer video.Close()
	for event, err := range video.Frames(r.ctx) {
		if errors.Is(err, context.Canceled) {
			break
		}
		if err == nil {
			err = recorder.Frame(readPicture(event.Frame))
			event.Frame.Release()
		}
		if err != nil {
			r.fail(err)
			break
		}
	}
	if err := recorder.End(r.decoder.load()); err != nil {
		r.fail(err)
	}
}

func (r *receiver) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = errors.Join(r.err, err)
}

// decoderName is a slog.Handler that only keeps which decoder a stream has chosen.
type decoderName struct{ name atomic.Pointer[string] }

func (d *decoderName) load() string {
	if name := d.name.Load(); name != nil {
		return *name
	}
	return ""
}

// Enabled is true for what a stream says once, not for what it says of each unit.
func (d *decoderName) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

// Handle keeps the name.
func (d *decoderName) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(attr slog.Attr) bool {
		if attr.Key == "decoder" {
			d.name.Store(new(attr.Value.String()))
		}
		return true
	})
	return nil
}

// WithAttrs returns the same handler.
func (d *decoderName) WithAttrs([]slog.Attr) slog.Handler { return d }

// WithGroup returns the same handler.
func (d *decoderName) WithGroup(string) slog.Handler { return d }
