package layers_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/stream"
)

// rate reads for some seconds of the publisher's time, and returns the frames per second.
func rate(t *testing.T, s *stream.VideoStream) float64 {
	t.Helper()
	const clock, seconds = 90000, 2
	first, _ := next(t, s)
	for frames := 1; ; frames++ {
		event, _ := next(t, s)
		if elapsed := int32(event.RTPTimestamp - first.RTPTimestamp); elapsed > seconds*clock {
			return float64(frames) * clock / float64(elapsed)
		}
	}
}

// awaitRate reads until frames come at a rate between the two.
func awaitRate(t *testing.T, s *stream.VideoStream, least, most float64) {
	t.Helper()
	ctx := patient(t)
	for {
		got := rate(t, s)
		if got >= least && got <= most {
			t.Logf("%.1f frames per second", got)
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("%.1f frames per second, want between %.1f and %.1f", got, least, most)
		}
	}
}

// libwebrtc encodes VP8 so that every second frame can be left out, and of the rest every second again.
func TestFrameRateOfVP8IsReduced(t *testing.T) {
	publish(t, server, "VP8")
	s := join(t, server, "application").open(t, stream.WithCapacity(stream.Unbounded))
	awaitSize(t, s, high)
	full := rate(t, s)
	for _, test := range []struct {
		limit       float64
		least, most float64 // parts of the full rate
	}{
		{full / 3, 0.15, 0.6}, // a half or a quarter, by the server's estimate
		{full / 8, 0.15, 0.35},
		{0, 0.8, 1.2},
	} {
		must(t, s.SetLayer(stream.Layer{MaxFrameRate: test.limit}))
		awaitRate(t, s, test.least*full, test.most*full)
	}
	must(t, s.SetLayer(stream.Layer{Quality: stream.QualityMedium, MaxFrameRate: 1}))
	awaitSize(t, s, medium)
	awaitRate(t, s, 0.1*full, 0.3*full)
}

// H.264 has no frames that no other needs, and the server does not look for any.
func TestFrameRateOfH264IsNotReduced(t *testing.T) {
	publish(t, server, "H264")
	s := join(t, server, "application").open(t, stream.WithCapacity(stream.Unbounded))
	awaitSize(t, s, high)
	full := rate(t, s)
	// The layer changes, so the server has heard of the rate that came with it.
	must(t, s.SetLayer(stream.Layer{Quality: stream.QualityLow, MaxFrameRate: 1}))
	awaitSize(t, s, low)
	must(t, s.SetLayer(stream.Layer{Quality: stream.QualityHigh, MaxFrameRate: 1}))
	awaitSize(t, s, high)
	awaitRate(t, s, 0.8*full, 1.2*full)
}
