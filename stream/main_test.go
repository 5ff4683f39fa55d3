package stream_test

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

const (
	patience = roomtest.Patience

	camera      = livekit.TrackSource_CAMERA
	screenShare = livekit.TrackSource_SCREEN_SHARE

	// width and height are those of most pictures.
	width, height = 320, 180
)

// server is what all tests use, each in a room of its own.
var server *devserver.Server

func TestMain(m *testing.M) {
	begin := func(s *devserver.Server) error {
		server = s
		return nil
	}
	os.Exit(roomtest.Main(m, begin, func() error { return goleak.Find() }))
}

func patient(t *testing.T) context.Context {
	t.Helper()
	return roomtest.Patient(t)
}

// publish publishes a small picture in the test's own room.
func publish(t *testing.T, config testpublisher.Config) *testpublisher.Publisher {
	t.Helper()
	return publishOn(t, server, config)
}

func publishOn(t *testing.T, server *devserver.Server, config testpublisher.Config) *testpublisher.Publisher {
	t.Helper()
	config.URL, config.APIKey, config.APISecret = server.URL(), server.APIKey, server.APISecret
	if config.Room == "" {
		config.Room = t.Name()
	}
	if config.Width == 0 {
		config.Width, config.Height = width, height
	}
	if config.Pattern == testpublisher.Colours {
		config.Bitrate = 3_000_000 // the first frame is right already
	}
	p, err := testpublisher.Start(patient(t), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// mustOpen fails the test or hands on a stream that is closed at its end.
func mustOpen(t *testing.T) func(*stream.VideoStream, error) *stream.VideoStream {
	t.Helper()
	return func(s *stream.VideoStream, err error) *stream.VideoStream {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
}

// mustNext returns the next frame, which is released at the end of the test if it was not before.
func mustNext(t *testing.T, s *stream.VideoStream) stream.VideoFrameEvent {
	t.Helper()
	event, err := s.Next(patient(t))
	if err != nil {
		t.Fatalf("Next: %v", err)
	}
	t.Cleanup(event.Frame.Release)
	return event
}

// mustRead reads and releases so many frames.
func mustRead(t *testing.T, s *stream.VideoStream, frames int) {
	t.Helper()
	for range frames {
		mustNext(t, s).Frame.Release()
	}
}

// readAll reads and releases frames until the stream ends. The frames of the events cannot be used any more.
func readAll(t *testing.T, s *stream.VideoStream) ([]stream.VideoFrameEvent, error) {
	t.Helper()
	ctx := patient(t)
	var events []stream.VideoFrameEvent
	for {
		event, err := s.Next(ctx)
		if err != nil {
			return events, err
		}
		event.Frame.Release()
		events = append(events, event)
	}
}

func mustEnd(t *testing.T, s *stream.VideoStream) []stream.VideoFrameEvent {
	t.Helper()
	events, err := readAll(t, s)
	if !errors.Is(err, io.EOF) {
		t.Fatalf("after the last frame: %v, want io.EOF", err)
	}
	return events
}

// nextInBackground calls Next in a goroutine, and returns when that is in it.
func nextInBackground(t *testing.T, s *stream.VideoStream) <-chan error {
	t.Helper()
	result := make(chan error, 1)
	ctx := patient(t)
	go func() {
		for {
			event, err := s.Next(ctx)
			if err != nil && !errors.Is(err, stream.ErrConcurrentNext) {
				result <- err
				return
			}
			if err == nil {
				event.Frame.Release()
			}
		}
	}()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for {
		event, err := s.Next(over)
		switch {
		case errors.Is(err, stream.ErrConcurrentNext):
			return result
		case err == nil:
			event.Frame.Release()
		}
		runtime.Gosched()
	}
}

func mustReceive[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("%s does not happen", what)
		panic("unreachable")
	}
}

// mustBecome waits until something holds that nobody tells of.
func mustBecome(t *testing.T, holds func() bool) {
	t.Helper()
	limit := patient(t)
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-limit.Done():
			t.Fatal("it does not become so")
		}
	}
}
