package layers_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/stream"
)

func TestPausedTrackSendsNothingAndGoesOnWithAKeyFrame(t *testing.T) {
	publish(t, server, "VP8")
	s := choose(t, connect(t, server), caps.Layer{})
	s.awaitKeyFrame(t, high)
	for _, pause := range []caps.Layer{{Paused: true}, {Quality: caps.QualityOff}} {
		s.SetLayer(pause)
		s.awaitQuiet(t)
		s.SetLayer(caps.Layer{Quality: caps.QualityMedium})
		if p := s.mustRead(t); p.key == (size{}) {
			t.Errorf("goes on with %+v, which is no key frame", p)
		}
		s.awaitKeyFrame(t, medium)
	}
}

func TestPausedStreamGoesOn(t *testing.T) {
	publish(t, server, "VP8")
	app := join(t, server, "application")
	s := app.open(t)
	awaitSize(t, s, high)
	// Another stream of the same track keeps the server sending.
	other := app.open(t, stream.WithLayer(stream.Layer{Quality: stream.QualityLow}))
	for _, alone := range []bool{false, true} {
		if alone {
			must(t, other.Close())
		}
		must(t, s.SetLayer(stream.Layer{Paused: true}))
		awaitNoFrames(t, s)
		must(t, s.SetLayer(stream.Layer{Quality: stream.QualityMedium}))
		awaitSize(t, s, medium)
	}
}

func TestStreamMayBeginPaused(t *testing.T) {
	publish(t, server, "VP8")
	s := join(t, server, "application").open(t, stream.WithLayer(stream.Layer{Paused: true}))
	awaitNoFrames(t, s)
	if n := s.Stats().Decoded; n != 0 {
		t.Errorf("%d frames were decoded", n)
	}
	must(t, s.SetLayer(stream.Layer{}))
	awaitSize(t, s, high)
}

// awaitNoFrames reads until no frame has come for a while.
func awaitNoFrames(t *testing.T, s *stream.VideoStream) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		ctx, cancel := context.WithTimeout(t.Context(), quiet)
		event, err := s.Next(ctx)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return
		}
		must(t, err)
		event.Frame.Release()
	}
	t.Fatal("frames do not stop coming")
}
