package livekitsrc

import (
	"testing"

	"github.com/livekit/protocol/livekit"
)

func TestLayerIsTheOneOfThePicturesSize(t *testing.T) {
	low := &livekit.VideoLayer{Quality: livekit.VideoQuality_LOW, Width: 320, Height: 180}
	high := &livekit.VideoLayer{Quality: livekit.VideoQuality_HIGH, Width: 1280, Height: 720}
	layers := []*livekit.VideoLayer{low, high}
	older := &livekit.TrackInfo{Layers: layers} //nolint:staticcheck // older servers have no others
	for name, row := range map[string]struct {
		track *livekit.TrackInfo
		size  size
		want  livekit.VideoQuality
		known bool
	}{
		"OfTheTrack":  {older, size{1280, 720}, livekit.VideoQuality_HIGH, true},
		"OfACodec":    {&livekit.TrackInfo{Codecs: []*livekit.SimulcastCodecInfo{{}, {Layers: layers}}}, size{320, 180}, 0, true},
		"AnotherSize": {older, size{640, 360}, 0, false},
		"NoTrack":     {nil, size{320, 180}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := layerOf(row.track, row.size); got != row.want || ok != row.known {
				t.Errorf("got %v %v, want %v %v", got, ok, row.want, row.known)
			}
		})
	}
}
