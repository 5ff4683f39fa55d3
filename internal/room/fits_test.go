package room

import (
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestPictureFitsTheLayerThatWasAskedFor(t *testing.T) {
	const any = caps.QualityAuto
	for _, row := range []struct {
		name          string
		layer         caps.Layer
		atMost        caps.Quality
		sizes         []*livekit.VideoLayer
		width, height int
		want          bool
	}{
		{"best of all", caps.Layer{}, any, threeLayers, 1280, 720, true},
		{"lower than the best", caps.Layer{}, any, threeLayers, 320, 180, false},
		{"high by name", caps.Layer{Quality: caps.QualityHigh}, any, threeLayers, 640, 360, false},
		{"low", caps.Layer{Quality: caps.QualityLow}, any, threeLayers, 320, 180, true},
		{"larger than low", caps.Layer{Quality: caps.QualityLow}, any, threeLayers, 1280, 720, false},
		{"by size", caps.Layer{Width: 640}, any, threeLayers, 640, 360, true},
		{"not quite what was announced", caps.Layer{}, any, threeLayers, 1278, 718, true},
		{"turned", caps.Layer{}, any, threeLayers, 720, 1280, true},
		{"nothing announced", caps.Layer{}, any, nil, 320, 180, true},
		{"one layer that calls itself low", caps.Layer{}, any, threeLayers[:1], 320, 180, true},
		{"low of a publisher without it", caps.Layer{Quality: caps.QualityLow}, any, threeLayers[1:], 640, 360, true},
		{"limited", caps.Layer{}, caps.QualityMedium, threeLayers, 640, 360, true},
	} {
		if got := (Choice{row.layer, row.atMost}).fits(row.sizes, row.width, row.height); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}
