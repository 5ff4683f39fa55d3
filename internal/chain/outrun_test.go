package chain

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// TestAKeyFrameOutrunsWhatWaitsForTheDecoder pushes units faster than they can be decoded, until a key frame has met some that
// waited.
func TestAKeyFrameOutrunsWhatWaitsForTheDecoder(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.VP9, caps.H264, caps.H265, caps.AV1} {
		t.Run(codec.String(), func(t *testing.T) {
			f := newFeeder(t, Config{Codec: codec, Bad: new(BadDecoders), Capacity: 1000}, takes("video/x-raw"))
			for f.chain.Outrun() == 0 {
				f.push()
				for f.pushed%len(f.units) != 0 { // not every key frame has parameter sets with it
					f.push()
				}
				key := f.outrun()
				b := f.next()
				for ; b.PTS < key; b = f.next() {
				}
				if b.PTS != key || !b.Discont {
					t.Fatalf("behind what was left out comes a picture of %v, flagged %v, want the key frame of %v", b.PTS, b.Discont, key)
				}
			}
			f.end()
			decoded, _ := f.chain.Counts()
			if outrun := f.chain.Outrun(); decoded+outrun != uint64(f.pushed) {
				t.Errorf("%d of %d units were decoded, and %d left out", decoded, f.pushed, outrun)
			}
		})
	}
}

// outrun pushes a key frame that outruns what waits.
func (f *feeder) outrun() (pts time.Duration) {
	f.t.Helper()
	due := f.start.Add(time.Duration(f.pushed) * time.Second / 30)
	pts, err := f.chain.Push(Unit{Data: f.units[f.pushed%len(f.units)], Due: due, KeyFrame: true, Outruns: true})
	if err != nil {
		f.t.Fatal(err)
	}
	f.pushed++
	f.last = pts
	return pts
}
