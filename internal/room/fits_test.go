package room

import (
	"testing"

	"github.com/livekit/protocol/livekit"
)

func TestPictureFitsTheLayerThatWasAskedFor(t *testing.T) {
	for _, row := range []struct {
		name          string
		layer         Layer
		sizes         []*livekit.VideoLayer
		width, height int
		want          bool
	}{
		{"best of all", Layer{}, threeLayers, 1280, 720, true},
		{"lower than the best", Layer{}, threeLayers, 320, 180, false},
		{"high by name", Layer{Quality: QualityHigh}, threeLayers, 640, 360, false},
		{"low", Layer{Quality: QualityLow}, threeLayers, 320, 180, true},
		{"larger than low", Layer{Quality: QualityLow}, threeLayers, 1280, 720, false},
		{"by size", Layer{Width: 640}, threeLayers, 640, 360, true},
		{"not quite what was announced", Layer{}, threeLayers, 1278, 718, true},
		{"turned", Layer{}, threeLayers, 720, 1280, true},
		{"nothing announced", Layer{}, nil, 320, 180, true},
		{"one layer that calls itself low", Layer{}, threeLayers[:1], 320, 180, true},
		{"low of a publisher without it", Layer{Quality: QualityLow}, threeLayers[1:], 640, 360, true},
		{"limited", Layer{AtMost: QualityMedium}, threeLayers, 640, 360, true},
	} {
		if got := row.layer.fits(row.sizes, row.width, row.height); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}
