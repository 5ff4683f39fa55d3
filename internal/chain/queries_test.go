package chain

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
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

func TestNewDownstreamIsAskedOnce(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-raw"))
	f.push()
	f.pipeline.Pull()
	before := f.pipeline.CapsQueries()
	f.pipeline.Replace(takes("video/x-raw,format=RGBA"))
	if f.chain.Outdated() {
		t.Error("the chain is outdated")
	}
	if asked := f.pipeline.CapsQueries() - before; asked != 1 {
		t.Errorf("the new downstream was asked %d times", asked)
	}
}

func TestSizeFollowsFromTheSameAnswer(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-raw"))
	f.push()
	f.pipeline.Pull()
	changed := make(chan struct{}, 100)
	stop := f.config.Pad.Watch(nil, func() { changed <- struct{}{} })
	defer stop()
	for _, test := range []struct {
		takes         string
		width, height int
	}{
		{"video/x-raw,width=160,height=120", 160, 120},
		{"video/x-raw,width=[1,640]", 640, 0},
		{"video/x-raw,width={160,320,80},height=[1,max]", 320, 0},
		{"video/x-raw,width=160,height=120;video/x-raw,width=320,height=90", 320, 120},
		{"video/x-raw,width=160,height=120;video/x-raw,height=240", 0, 240},
		{"video/x-raw", 0, 0},
	} {
		before := f.pipeline.CapsQueries()
		f.pipeline.Set("filter", "caps", test.takes)
		select {
		case <-changed:
		case <-time.After(testpipeline.Patience):
			t.Fatal("nobody says that downstream has changed")
		}
		if width, height := f.config.Pad.Size(); width != test.width || height != test.height {
			t.Errorf("%s: %dx%d, want %dx%d", test.takes, width, height, test.width, test.height)
		}
		if asked := f.pipeline.CapsQueries() - before; asked != 1 {
			t.Errorf("%s: downstream was asked %d times", test.takes, asked)
		}
	}
	if !f.config.Pad.IsOpen() {
		t.Error("nobody takes anything")
	}
}
