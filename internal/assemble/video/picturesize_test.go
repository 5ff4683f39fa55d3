package video

import (
	"slices"
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

// TestSizeIsKnownOfAKeyFrameThatGetsItsParameterSetsFromAnother has a key frame without parameter sets behind some that say a
// size which is refused, whatever became of those.
func TestSizeIsKnownOfAKeyFrameThatGetsItsParameterSetsFromAnother(t *testing.T) {
	for name, row := range map[string]struct {
		codec            caps.Codec
		sets, key, delta [][]byte
	}{
		"H264": {caps.H264, [][]byte{hostile.H264SPS(16368, 16368), ppsNAL}, [][]byte{idrSlice}, [][]byte{deltaSlice}},
		"H265": {caps.H265, [][]byte{vps265, hostile.H265SPS(16368, 16368), pps265}, [][]byte{idr265}, [][]byte{delta265}},
	} {
		whole := slices.Concat(row.sets, row.key)
		for what, units := range map[string][][][]byte{
			"refused":  {whole, row.key, row.key, row.key},
			"alone":    {row.sets, row.key, row.key},
			"cut off":  {whole, row.key, row.key},
			"no frame": {slices.Concat(row.sets, row.delta), row.key, row.key},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				packets := h264Stream(units)
				if last := len(row.sets); what == "cut off" {
					packets = slices.Delete(packets, last, last+1)
				}
				config := Config{Codec: row.codec, AcceptSize: func(pixels int) bool { return pixels < 1<<20 }}
				if o := play(t, config, packets); len(o.units) > 0 {
					t.Errorf("%d units are delivered, the first of %d bytes", len(o.units), len(o.units[0].Data))
				}
			})
		}
	}
}
