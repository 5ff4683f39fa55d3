package leaks_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/leaks"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/stream"
)

// streams is what a process goes through that uses package stream.
const streams = "streams"

// TestStreamsLeaveNothing lets a process read a track again and again, and reads what it finds left.
func TestStreamsLeaveNothing(t *testing.T) {
	t.Parallel()
	leavesNothing(t, streams)
}

// streamCycles are one round.
var streamCycles = []func(context.Context, *lksdk.RemoteParticipant) error{
	closeUnread,
	closeWhileReading,
	func(ctx context.Context, p *lksdk.RemoteParticipant) error { return releaseAfterClose(ctx, p) },
	func(ctx context.Context, p *lksdk.RemoteParticipant) error {
		return releaseAfterClose(ctx, p, stream.WithFormat(caps.RGBA))
	},
	endAndRead,
}

// cycleStreams is what the process does. The first round makes what stays once for all.
func cycleStreams() error {
	leaks.Init()
	lksdk.SetLogger(logger.GetDiscardLogger())
	room, err := lksdk.ConnectToRoom(os.Getenv("LIVEKIT_URL"), lksdk.ConnectInfo{
		APIKey:              os.Getenv("LIVEKIT_API_KEY"),
		APISecret:           os.Getenv("LIVEKIT_API_SECRET"),
		RoomName:            os.Getenv(roomVariable),
		ParticipantIdentity: streams,
	}, &lksdk.RoomCallback{})
	if err != nil {
		return fmt.Errorf("join: %w", err)
	}
	defer room.Disconnect()
	publishers := room.GetRemoteParticipants()
	if len(publishers) != 1 {
		return fmt.Errorf("%d participants in the room, want the publisher", len(publishers))
	}

	var before held
	for round := range rounds + 1 {
		for i, cycle := range streamCycles {
			ctx, cancel := context.WithTimeout(context.Background(), rig.Patience)
			err := cycle(ctx, publishers[0])
			cancel()
			if err != nil {
				return fmt.Errorf("round %d, cycle %d: %w", round, i, err)
			}
		}
		if round == 0 {
			before = hold()
		}
	}
	err = before.check()
	leaks.End()
	return err
}

func open(p *lksdk.RemoteParticipant, options ...stream.Option) (*stream.VideoStream, error) {
	return stream.FromParticipant(p, livekit.TrackSource_CAMERA, options...)
}

// read reads and releases so many frames.
func read(ctx context.Context, s *stream.VideoStream, frames int) error {
	for range frames {
		event, err := s.Next(ctx)
		if err != nil {
			return err
		}
		event.Frame.Release()
	}
	return nil
}

func closeUnread(_ context.Context, p *lksdk.RemoteParticipant) error {
	s, err := open(p)
	if err != nil {
		return err
	}
	return s.Close()
}

// closeWhileReading closes a stream whose reader waits for most of the time, and whose context stays.
func closeWhileReading(ctx context.Context, p *lksdk.RemoteParticipant) error {
	s, err := open(p)
	if err != nil {
		return err
	}
	begun, ended := make(chan struct{}), make(chan error)
	go func() {
		err := read(ctx, s, 2)
		close(begun)
		for err == nil {
			err = read(ctx, s, 1)
		}
		ended <- err
	}()
	<-begun
	if err := s.Close(); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, stream.ErrClosed) {
		return fmt.Errorf("reading a closed stream: %w", err)
	}
	return nil
}

func releaseAfterClose(ctx context.Context, p *lksdk.RemoteParticipant, options ...stream.Option) error {
	s, err := open(p, options...)
	if err != nil {
		return err
	}
	defer s.Close()
	var kept []*stream.VideoFrame
	for range 3 {
		event, err := s.Next(ctx)
		if err != nil {
			return err
		}
		kept = append(kept, event.Frame)
	}
	kept[0].Release()
	if err := s.Close(); err != nil {
		return err
	}
	kept[1].Release()
	kept[2].Release()
	return nil
}

// endAndRead reads what is left of a stream that receives no more.
func endAndRead(ctx context.Context, p *lksdk.RemoteParticipant) error {
	s, err := open(p)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := read(ctx, s, 1); err != nil {
		return err
	}
	s.End()
	for event, err := range s.Frames(ctx) {
		if err != nil {
			return err
		}
		event.Frame.Release()
	}
	return nil
}
