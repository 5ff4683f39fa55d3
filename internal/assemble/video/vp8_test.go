package video

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

func TestVP8KeyFramesTellTheirSize(t *testing.T) {
	r := load(t, "vp8")
	o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.packets)
	for i, u := range o.units {
		width, height := 0, 0
		if u.KeyFrame {
			width, height = 160, 120
		}
		if u.Width != width || u.Height != height {
			t.Errorf("frame %d: %dx%d, want %dx%d", i, u.Width, u.Height, width, height)
		}
	}
}

func TestVP8SizeIsWithoutItsScale(t *testing.T) {
	for name, test := range map[string]struct {
		size          [4]byte
		width, height int
	}{
		"small":     {[4]byte{1, 0, 2, 0}, 1, 2},
		"largest":   {[4]byte{0xff, 0x3f, 0xff, 0x3f}, 16383, 16383},
		"scaled":    {[4]byte{0x80, 0x42, 0x68, 0xc1}, 640, 360},
		"byteOrder": {[4]byte{0x34, 0x12, 0x21, 0x03}, 0x1234, 0x321},
	} {
		t.Run(name, func(t *testing.T) {
			key := append([]byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a}, test.size[:]...)
			f, err := new(vp8).finish(key)
			if err != nil || !f.key || f.width != test.width || f.height != test.height {
				t.Errorf("%dx%d, key %v, %v; want %dx%d", f.width, f.height, f.key, err, test.width, test.height)
			}
		})
	}
}
