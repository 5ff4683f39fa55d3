package chain

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

// TestDownstreamIsAskedOncePerChange counts the chain's own questions: those of its elements come with the next buffer.
func TestDownstreamIsAskedOncePerChange(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
		for name, change := range map[string]struct {
			from, to string
			outdated bool
		}{
			"Format":          {"video/x-raw", "video/x-raw,format=RGBA", false},
			"Size":            {"video/x-raw", "video/x-raw,width=160,height=120", false},
			"Width":           {"video/x-raw", "video/x-raw,width=160", false},
			"ToTheStream":     {"video/x-raw", codec.MediaType(), true},
			"ToPictures":      {codec.MediaType(), "video/x-raw", true},
			"StillTheStream":  {codec.MediaType(), codec.MediaType() + ";video/x-raw", false},
			"NeitherOfBoth":   {"video/x-raw", "audio/x-raw", true},
			"FromNothingMore": {"video/x-raw", "video/x-raw", false},
		} {
			t.Run(codec.String()+name, func(t *testing.T) {
				f := newFeeder(t, Config{Codec: codec}, takes(change.from))
				f.push()
				f.pipeline.Pull() // nothing is on its way any more
				before := f.pipeline.CapsQueries()
				f.pipeline.Set("filter", "caps", change.to)
				if f.chain.Outdated() != change.outdated {
					t.Errorf("outdated %v, want %v", !change.outdated, change.outdated)
				}
				if asked := f.pipeline.CapsQueries() - before; asked != 1 {
					t.Errorf("downstream was asked %d times", asked)
				}
			})
		}
	}
}
