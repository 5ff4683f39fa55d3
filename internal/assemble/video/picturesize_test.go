package video

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/hostile"
)

// TestSizeIsKnownBeforeADecoderSeesIt reads the sizes that real frames have, and then those that they are made to say.
func TestSizeIsKnownBeforeADecoderSeesIt(t *testing.T) {
	sizes := [...][2]int{{16, 16}, {1280, 720}, {3840, 2160}, {16368, 16368}}
	for _, size := range sizes {
		width, height := size[0], size[1]
		if got := readH264SPS(hostile.H264SPS(width, height)).pixels; got != (width+15)/16*((height+15)/16)*256 {
			t.Errorf("H264 of %v has %d pixels", size, got)
		}
		if got := readH265SPS(hostile.H265SPS(width, height)).pixels; got != width*height {
			t.Errorf("H265 of %v has %d pixels", size, got)
		}
	}
	for _, known := range recordings {
		r := load(t, known.name)
		var keys [][]byte
		var refused, accepted int
		var original, limit int
		receive := func(limit int) {
			refused, accepted = 0, 0
			config := Config{Codec: r.codec, AcceptSize: func(pixels int) bool {
				original = pixels
				if pixels > limit {
					refused++
					return false
				}
				return true
			}}
			recv, err := New(config)
			if err != nil {
				t.Fatal(err)
			}
			recv.packets.Start()
			recv.assembly.deliver = func(au *AccessUnit) error {
				accepted++
				if au.KeyFrame && len(keys) == 0 {
					keys = append(keys, append([]byte(nil), au.Data...))
				}
				return nil
			}
			for _, p := range r.packets {
				n := copy(recv.packets.Buffer(), p.data)
				if err := recv.packets.Receive(n, 0); err != nil {
					t.Fatal(err)
				}
			}
		}
		receive(1 << 31)
		if accepted == 0 || original == 0 || len(keys) == 0 {
			t.Fatalf("%s: %d units, %d pixels", known.name, accepted, original)
		}
		limit = original - 1
		receive(limit)
		if refused == 0 || accepted > 0 {
			t.Errorf("%s: %d units of %d pixels are refused, %d are delivered", known.name, refused, original, accepted)
		}
		if r.codec != caps.AV1 {
			continue
		}
		big := hostile.WithSize(r.codec, keys[0], 16383, 16383)
		if big == nil {
			t.Fatal("the sequence header was not found")
		}
		if got := pixelsAV1(big[4:]); got != 16383*16383 {
			t.Errorf("AV1 has %d pixels", got)
		}
	}
}
