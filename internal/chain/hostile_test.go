package chain

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/hostile"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// pushHostile pushes frames as if they were key frames. The good ones go on with their first.
func (f *feeder) pushHostile(frames [][]byte) {
	f.t.Helper()
	good := f.units
	for i, frame := range frames {
		f.units = [][]byte{frame}
		f.chain.SetSize(16+i, 16+i) // whoever reads key frames tells their sizes
		f.push()
	}
	f.units = good
	f.chain.SetSize(320, 240)
	f.pushed += (len(good) - f.pushed%len(good)) % len(good)
	f.awaiting = true
}

// TestHostileFramesDoNotEndTheStream sends what no decoder can decode, as the first of a stream and between good pictures.
func TestHostileFramesDoNotEndTheStream(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.VP9, caps.H264, caps.H265, caps.AV1} {
		for _, kind := range hostile.Kinds() {
			if kind.Name == "giant" {
				continue // does not come this far: see the limit of package receive
			}
			for form, downstream := range map[string]string{
				"raw":       takes("video/x-raw"),
				"untouched": takes(codec.MediaType()),
			} {
				t.Run(codec.String()+"/"+kind.Name+"/"+form, func(t *testing.T) {
					f := newFeeder(t, Config{Codec: codec, Bad: new(BadDecoders)}, downstream)
					frames := kind.Frames(codec, f.units, 1)
					if len(frames) == 0 {
						t.Fatal("nothing to send")
					}
					for range 2 {
						f.pushHostile(frames)
						f.awaitBehind(f.last)
					}
					for !f.chain.End() { // it fails of what was hostile only now
						f.awaitBehind(f.last)
					}
					for _, more := f.pipeline.Pull(); more; _, more = f.pipeline.Pull() {
					}
					if said := f.pipeline.Said("error"); len(said) > 0 {
						t.Errorf("the pipeline says %+v", said)
					}
					if said := f.pipeline.Said("warning"); len(said) > 2 {
						t.Errorf("it warns %d times: %+v", len(said), said)
					}
				})
			}
		}
	}
}

// awaitBehind pushes good units until one of them has come out.
func (f *feeder) awaitBehind(after time.Duration) testpipeline.Buffer {
	f.t.Helper()
	for {
		if b := f.next(); b.PTS > after {
			return b
		}
	}
}
