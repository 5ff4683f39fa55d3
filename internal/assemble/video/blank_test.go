package video

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// sifTrailer stands for the random bytes with which a server ends the frames it makes up.
var sifTrailer = []byte("iPm3ck9XrDQ0Jh2yfPbq8sTu5vWz1aLe")

// blankPayload is one as a server sends it for a stream: for VP8 with a descriptor like the stream's.
func blankPayload(codec caps.Codec, like []byte) []byte {
	if codec == caps.VP8 {
		return slices.Concat(like[:4], blankVP8, sifTrailer)
	}
	return slices.Concat(blankH264, sifTrailer)
}

// ended puts six blank frames behind the first n packets, the first of them with the timestamp of the last packet if
// that one does not end its frame.
func (r recording) ended(n int) recording {
	out := r
	out.packets = slices.Clone(r.packets[:n])
	last := r.packets[n-1]
	for i := range 6 {
		p := packetWith(last.data, last.sequence()+1+uint16(i), true, blankPayload(r.codec, r.packets[0].data[12:]))
		step := uint32(3000 * (i + 1))
		if !last.marker() {
			step -= 3000
		}
		binary.BigEndian.PutUint32(p[4:], last.timestamp()+step)
		out.packets = append(out.packets, timed{last.at + time.Duration(i+1)*33*time.Millisecond, p})
	}
	return out
}

func TestBlankFramesAreLeftOut(t *testing.T) {
	for _, known := range blankable {
		r := load(t, known.name)
		_, end := r.frameOf(20)
		t.Run(known.name+"/behind a frame", func(t *testing.T) {
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.ended(end+1).packets)
			o.checkFrames(t, r, span(0, 20))
			if s := o.stats; s.BlankFrames != 6 || s.KeyFrames != 1 || s.Dropped != 0 {
				t.Errorf("stats %+v", s)
			}
		})
		t.Run(known.name+"/in a frame", func(t *testing.T) {
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.ended(end).packets)
			o.checkFrames(t, r, span(0, 19))
			if s := o.stats; s.BlankFrames != 6 || s.KeyFrames != 1 || s.Dropped != 1 || s.KeyFrameRequests != 1 {
				t.Errorf("stats %+v", s)
			}
		})
		t.Run(known.name+"/with packets lost before", func(t *testing.T) {
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.ended(end+1).without(end).packets)
			o.checkFrames(t, r, span(0, 19))
			if s := o.stats; s.BlankFrames != 6 || s.KeyFrames != 1 {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// TestBlankFramesAnswerNoRequest has only blank frames arrive.
func TestBlankFramesAnswerNoRequest(t *testing.T) {
	for _, known := range blankable {
		r := load(t, known.name)
		blanks := r.ended(1).packets[1:]
		o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, blanks)
		o.checkFrames(t, r, nil)
		if !slices.Equal(o.requests, []time.Duration{ms(500), ms(1000)}) {
			t.Errorf("%s: key frames asked for at %v", known.name, o.requests)
		}
	}
}

// TestSmallFramesOfAPublisherAreDelivered uses frames of the blank ones' sizes.
func TestSmallFramesOfAPublisherAreDelivered(t *testing.T) {
	vp8 := slices.Clone(blankVP8)
	vp8[14] ^= 1 // another picture of 8x8
	h264 := slices.Clone(blankH264)
	h264[len(h264)-2] ^= 1 // another picture of 2x2
	for codec, payload := range map[caps.Codec][]byte{caps.VP8: append([]byte{0x10}, vp8...), caps.H264: h264} {
		header := []byte{0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}
		o := play(t, Config{Codec: codec}, []timed{{0, packetWith(header, 1, true, payload)}})
		if len(o.units) != 1 || !o.units[0].KeyFrame || o.stats.BlankFrames != 0 {
			t.Errorf("%v: %d units, stats %+v", codec, len(o.units), o.stats)
		}
	}
}
