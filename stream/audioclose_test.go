package stream_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

const screenSound = livekit.TrackSource_SCREEN_SHARE_AUDIO

// nextSoundInBackground calls Next in a goroutine, and returns when that is in it.
func nextSoundInBackground(t *testing.T, s *stream.AudioStream) <-chan error {
	t.Helper()
	result := make(chan error, 1)
	ctx := patient(t)
	go func() {
		for {
			if _, err := s.Next(ctx); err != nil && !errors.Is(err, stream.ErrConcurrentNext) {
				result <- err
				return
			}
		}
	}()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for {
		if _, err := s.Next(over); errors.Is(err, stream.ErrConcurrentNext) {
			return result
		}
		runtime.Gosched()
	}
}

func TestCloseWakesAReaderOfSound(t *testing.T) {
	t.Parallel()
	speak(t, "", 1)
	app := join(t)
	s := mustHear(t)(stream.AudioFromParticipant(app.Participant(t, "speaker"), screenSound))
	result := nextSoundInBackground(t, s)
	if _, err := s.Next(patient(t)); !errors.Is(err, stream.ErrConcurrentNext) {
		t.Errorf("second Next: %v, want ErrConcurrentNext", err)
	}
	if s.Err() != nil {
		t.Errorf("before the end: %v", s.Err())
	}
	var closing sync.WaitGroup
	for range 5 {
		closing.Go(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			select {
			case <-s.Done():
			default:
				t.Error("Close returned before receiving had ended")
			}
		})
	}
	closing.Wait()
	if err := mustReceive(t, result, "the end of Next"); !errors.Is(err, stream.ErrClosed) {
		t.Errorf("Next: %v, want ErrClosed", err)
	}
	for range 2 {
		if _, err := s.Next(t.Context()); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Next after Close: %v, want ErrClosed", err)
		}
	}
}

func TestCloseOfSoundAtAnyMoment(t *testing.T) {
	t.Parallel()
	speak(t, "", 1)
	app := join(t)
	for frames := range 8 {
		s := app.hear(t)
		reached := make(chan struct{})
		var using sync.WaitGroup
		using.Go(func() {
			for i := 0; ; i++ {
				if i == frames {
					close(reached)
				}
				if _, err := s.Next(t.Context()); err != nil {
					if !errors.Is(err, stream.ErrClosed) {
						t.Errorf("Next: %v, want ErrClosed", err)
					}
					return
				}
			}
		})
		using.Go(func() {
			for i := range 10 {
				s.SetLatency(time.Duration(i-1) * time.Millisecond)
				s.SetPaused(i%2 == 0)
				s.Stats()
				s.Muted()
			}
		})
		mustReceive(t, reached, "the frame before Close")
		s.Close()
		using.Wait()
	}
}

func TestReadingSoundGoesOnAfterACancelledNext(t *testing.T) {
	t.Parallel()
	p := speak(t, "", 1)
	p.Unpublish(p.sid)
	s := join(t).hear(t)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(over); !errors.Is(err, context.Canceled) {
		t.Errorf("Next: %v, want context.Canceled", err)
	}
	p.publish()
	until(t, s, isTone)
	p.Leave()
	mustEndSound(t, s)
}

// TestASlowReaderOfSoundStopsWithItsContext, though there is always a frame for it.
func TestASlowReaderOfSoundStopsWithItsContext(t *testing.T) {
	t.Parallel()
	speak(t, "", 1)
	s := join(t).hear(t, stream.WithCapacity(7))
	mustBecome(t, func() bool { return s.Stats().Dropped > 0 })
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(over); !errors.Is(err, context.Canceled) {
		t.Errorf("Next: %v, want context.Canceled", err)
	}
	mustNextSound(t, s)
}

func TestQueuedSoundIsDeliveredBeforeTheEnd(t *testing.T) {
	t.Parallel()
	p := speak(t, "", 1)
	app := join(t)
	byTrack := mustHear(t)(stream.AudioFromTrack(app.NextSubscription(t).Track, stream.WithCapacity(stream.Unbounded)))
	until(t, byTrack, isTone)
	p.Unpublish(p.sid)
	mustReceive(t, byTrack.Done(), "the end of receiving")
	if !errors.Is(byTrack.Err(), io.EOF) {
		t.Errorf("the stream ended with %v", byTrack.Err())
	}
	mustEndSound(t, byTrack)
	if stats := byTrack.Stats(); stats.Dropped != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestLeavingTheRoomEndsSound(t *testing.T) {
	t.Parallel()
	speak(t, "", 1)
	app := join(t)
	s := app.hear(t)
	waiting := mustHear(t)(stream.AudioFromParticipant(app.Participant(t, "speaker"), screenSound))
	until(t, s, isTone)
	app.Leave()
	mustEndSound(t, s)
	mustEndSound(t, waiting)
}

func TestVideoIsNoSound(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	app := join(t)
	if _, err := stream.AudioFromTrack(app.NextSubscription(t).Track); !errors.Is(err, stream.ErrNotAudio) {
		t.Errorf("AudioFromTrack: %v, want ErrNotAudio", err)
	}
	rp := app.Participant(t, "publisher")
	for _, source := range []livekit.TrackSource{camera, screenShare} {
		if _, err := stream.AudioFromParticipant(rp, source); !errors.Is(err, stream.ErrNotAudio) {
			t.Errorf("%v: %v, want ErrNotAudio", source, err)
		}
	}
	for _, option := range []stream.AudioOption{
		stream.WithSampleRate(7999), stream.WithSampleRate(192001), stream.WithChannels(0), stream.WithChannels(3),
		stream.WithFrameDuration(2 * time.Millisecond), stream.WithFrameDuration(2 * time.Second),
	} {
		if _, err := stream.AudioFromParticipant(rp, microphone, option); !errors.Is(err, stream.ErrUnknownSound) {
			t.Errorf("%v, want ErrUnknownSound", err)
		}
	}
}
