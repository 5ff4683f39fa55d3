package chain

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

// TestFirstPictureBehindAGapIsFlagged has something missing in front of the second key frame.
func TestFirstPictureBehindAGapIsFlagged(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.VP9, caps.H264, caps.H265, caps.AV1} {
		for form, downstream := range map[string]string{
			"raw":       takes("video/x-raw"),
			"converted": takes("video/x-raw,format=RGBA"),
			"untouched": takes(codec.MediaType()),
		} {
			t.Run(codec.String()+"/"+form, func(t *testing.T) {
				f := newFeeder(t, Config{Codec: codec, Bad: new(BadDecoders)}, downstream)
				for range keyDistance / 2 {
					f.push()
				}
				before := f.chain.Last()
				f.pushed, f.awaiting = keyDistance, true
				for b := f.next(); ; b = f.next() {
					if b.PTS > before {
						if !b.Discont {
							t.Errorf("the picture of %v, behind %v, is not flagged", b.PTS, before)
						}
						break
					}
				}
				if b := f.next(); b.Discont {
					t.Errorf("the picture of %v is flagged, which is the second one", b.PTS)
				}
			})
		}
	}
}
