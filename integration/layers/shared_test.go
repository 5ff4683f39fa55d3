package layers_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// Two selectors of one connection share a subscription: both get what the larger wish brings.
func TestLargerWishWins(t *testing.T) {
	publish(t, server, "VP8")
	c := connect(t, server)
	one := choose(t, c, caps.Layer{})
	one.awaitKeyFrame(t, high)
	two := choose(t, c, caps.Layer{Quality: caps.QualityLow})

	both := func(want size) {
		t.Helper()
		one.awaitKeyFrame(t, want)
		two.awaitKeyFrame(t, want)
	}
	one.SetLayer(caps.Layer{Quality: caps.QualityLow})
	both(low)
	two.SetLayer(caps.Layer{Quality: caps.QualityMedium})
	both(medium)
	two.SetLayer(caps.Layer{Paused: true})
	both(low)
	one.SetLayer(caps.Layer{Paused: true})
	one.awaitQuiet(t)
	two.awaitQuiet(t)
	two.SetLayer(caps.Layer{Quality: caps.QualityMedium})
	both(medium)
	two.Close()
	one.awaitQuiet(t)
	one.SetLayer(caps.Layer{})
	one.awaitKeyFrame(t, high)
}

func TestSmallerLayerHasFewerBytes(t *testing.T) {
	publish(t, server, "VP8")
	s := choose(t, connect(t, server), caps.Layer{})
	s.awaitKeyFrame(t, high)
	large := s.bytesPerSecond(t)
	s.SetLayer(caps.Layer{Quality: caps.QualityLow})
	s.awaitKeyFrame(t, low)
	small := s.bytesPerSecond(t)
	t.Logf("%.0f bytes per second, and %.0f of the low layer", large, small)
	if small > large/2 {
		t.Errorf("%.0f bytes per second of the low layer, and %.0f of the high one", small, large)
	}
	if got := room.LayerOf(s.track.TrackInfo(), 320, 180); got != caps.QualityLow {
		t.Errorf("320x180 is the layer %v", got)
	}
}
