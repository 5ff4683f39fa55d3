package engine

import (
	"testing"

	"github.com/livekit/protocol/livekit"
)

func TestLargestPictureFollowsFromWhatWasAnnounced(t *testing.T) {
	for _, test := range []struct {
		info *livekit.TrackInfo
		want int
	}{
		{nil, unknownMaxPixels},
		{&livekit.TrackInfo{}, unknownMaxPixels},
		{&livekit.TrackInfo{Width: 320, Height: 180}, leastMaxPixels},
		{&livekit.TrackInfo{Width: 2560, Height: 1440}, 4 * 2560 * 1440},
		{&livekit.TrackInfo{Codecs: []*livekit.SimulcastCodecInfo{{Layers: []*livekit.VideoLayer{{Width: 2560, Height: 1440}, {Width: 640, Height: 360}}}}}, 4 * 2560 * 1440},
		{&livekit.TrackInfo{Width: 1 << 31, Height: 1 << 31}, mostMaxPixels},
	} {
		if got := maxPixels(test.info); got != test.want {
			t.Errorf("of %v it has %d pixels, want %d", test.info, got, test.want)
		}
	}
}
