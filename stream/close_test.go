package stream_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

func TestCloseWakesABlockedNext(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	app := join(t)
	t.Run("before the first frame", func(t *testing.T) {
		s := mustOpen(t)(stream.FromParticipant(app.Participant(t, "publisher"), screenShare))
		checkCloseWakesNext(t, s)
	})
	t.Run("after the last frame", func(t *testing.T) {
		s := app.fromPublisher(t)
		mustRead(t, s, 3)
		if err := p.Unpublish(); err != nil {
			t.Fatal(err)
		}
		checkCloseWakesNext(t, s)
	})
}

func checkCloseWakesNext(t *testing.T, s *stream.VideoStream) {
	t.Helper()
	result := nextInBackground(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := mustReceive(t, result, "the end of Next"); !errors.Is(err, stream.ErrClosed) {
		t.Errorf("Next: %v, want ErrClosed", err)
	}
	for range 2 {
		if _, err := s.Next(t.Context()); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Next after Close: %v, want ErrClosed", err)
		}
	}
}

func TestCloseWaitsInEveryGoroutine(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t)
	mustRead(t, s, 3)
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
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestCloseAtAnyMoment(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	app := join(t)
	for frames := range 8 {
		s := app.fromPublisher(t)
		var using sync.WaitGroup
		reached := make(chan struct{})
		using.Go(func() {
			for i := 0; ; i++ {
				if i == frames {
					close(reached)
				}
				event, err := s.Next(t.Context())
				if err != nil {
					if !errors.Is(err, stream.ErrClosed) {
						t.Errorf("Next: %v, want ErrClosed", err)
					}
					return
				}
				event.Frame.Release()
			}
		})
		stop := make(chan struct{})
		using.Go(func() {
			for latency := time.Duration(0); ; latency += time.Millisecond {
				select {
				case <-stop:
					return
				default:
					s.SetLatency(latency)
					s.SetPaused(latency%2 == 0)
					s.RequestKeyFrame()
					s.Stats()
				}
				if latency > 10*time.Millisecond {
					s.SetPaused(false)
					<-stop
					return
				}
			}
		})
		mustReceive(t, reached, "the frame before Close")
		s.Close()
		close(stop)
		using.Wait()
	}
}

func TestFrameOutlivesItsStream(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{Pattern: testpublisher.Colours})
	s := join(t).fromPublisher(t)
	event := mustNext(t, s)
	s.Close()
	checkColours(t, event.Frame)
	event.Frame.Release()
	event.Frame.Release()
}

func TestFrameUsedAfterReleasePanics(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	f := mustNext(t, join(t).fromPublisher(t)).Frame
	planes := f.Planes()
	f.Release()
	for name, use := range map[string]func(){
		"Planes":              func() { f.Planes() },
		"Data":                func() { _, _ = f.Data() },
		"planes from earlier": func() { _ = planes[0].Data[0] },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			use()
		})
	}
}

func TestSecondReaderIsRefused(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	s := mustOpen(t)(stream.FromParticipant(join(t).Participant(t, "publisher"), screenShare))
	result := nextInBackground(t, s)
	if _, err := s.Next(patient(t)); !errors.Is(err, stream.ErrConcurrentNext) {
		t.Errorf("second Next: %v, want ErrConcurrentNext", err)
	}
	s.Close()
	if err := mustReceive(t, result, "the end of Next"); !errors.Is(err, stream.ErrClosed) {
		t.Errorf("first Next: %v, want ErrClosed", err)
	}
}

func TestReadingGoesOnAfterACancelledNext(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	if err := p.Unpublish(); err != nil {
		t.Fatal(err)
	}
	s := join(t).fromPublisher(t)
	checkCancelled(t, s)
	if err := p.Republish(); err != nil {
		t.Fatal(err)
	}
	mustRead(t, s, 3)
	if err := p.Unpublish(); err != nil {
		t.Fatal(err)
	}
	checkCancelled(t, s)
	p.Close()
	mustEnd(t, s)
}

// checkCancelled reads frames until Next waits, and cancels that.
func checkCancelled(t *testing.T, s *stream.VideoStream) {
	t.Helper()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		event, err := s.Next(ctx)
		cancel()
		if err != nil {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("Next: %v, want context.DeadlineExceeded", err)
			}
			return
		}
		event.Frame.Release()
	}
}

func TestEndGivesWhatWasReceivedThenEOF(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t, stream.WithCapacity(stream.Unbounded))
	mustRead(t, s, 3)
	s.End()
	read := 3 + len(mustEnd(t, s))
	if stats := s.Stats(); stats.Decoded != uint64(read) || stats.Dropped != 0 {
		t.Errorf("%d frames read, %+v", read, stats)
	}
}

// TestASlowReaderStopsWithItsContext, though there is always a frame for it.
func TestASlowReaderStopsWithItsContext(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t, stream.WithCapacity(1))
	mustRead(t, s, 1)
	mustBecome(t, func() bool { return s.Stats().Dropped > 0 })
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(over); !errors.Is(err, context.Canceled) {
		t.Errorf("Next: %v, want context.Canceled", err)
	}
	mustRead(t, s, 3)
}

func TestFramesIsNextAsAnIterator(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t)
	for range 2 {
		frames := 0
		for event, err := range s.Frames(patient(t)) {
			if err != nil {
				t.Fatal(err)
			}
			event.Frame.Release()
			if frames++; frames == 5 {
				break
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for event, err := range s.Frames(ctx) {
		if last = err; err == nil {
			event.Frame.Release()
		}
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("last error is %v, want context.Canceled", last)
	}
	p.Close()
	for event, err := range s.Frames(patient(t)) {
		if err != nil {
			t.Fatalf("%v, want no error at the end", err)
		}
		event.Frame.Release()
	}
	if _, err := s.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("after the last frame: %v, want io.EOF", err)
	}
}

func TestPanicWhileReceivingIsAnError(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	sub := join(t).NextSubscription(t)
	for range 30 { // until the first key frame is over, so that the stream requests another
		if _, _, err := sub.Track.ReadRTP(); err != nil {
			t.Fatal(err)
		}
	}
	s := mustOpen(t)(stream.FromTrack(sub.Track, stream.WithPLIWriter(func(webrtc.SSRC) { panic("a bug") })))
	for range 2 {
		if _, err := readAll(t, s); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("Next: %v, want the panic", err)
		}
	}
}
