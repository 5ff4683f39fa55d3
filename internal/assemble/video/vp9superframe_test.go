package video

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// The parts of an uncompressed header of VP9, in bits.
const (
	vp9Sync    = "01001001 10000011 01000010"
	vp9Color   = "001 0"        // BT.601, limited range
	vp9Context = "00"           // frame_context_idx
	vp9Filter  = "001000 000 0" // loop_filter_params without deltas
	vp9Quant   = "01000000 000"
	vp9Tail    = vp9Context + vp9Filter + vp9Quant + "0" // no segmentation
	vp9Length  = "00000000 00000010"                     // header_size_in_bytes
)

func vp9Bits(width, height int) string { return fmt.Sprintf("%016b%016b", width-1, height-1) }

// vp9Key is the header of an error-resilient key frame of profile 0, of at most 255 pixels across.
func vp9Key(width, height int) string {
	return "10 00 0 0 1 1" + vp9Sync + vp9Color + vp9Bits(width, height) + "0" + vp9Tail + "0" + vp9Length
}

// vp9Frame is a frame with that header, and the two bytes of its compressed one.
func vp9Frame(header string) []byte { return append(packBits(header), 0xca, 0xfe) }

func TestVP9HeaderIsReadAndHidden(t *testing.T) {
	inter := "10 00 0 1 1 1" // error-resilient and shown
	sized := "00000001 0000 0010 0100 000" + vp9Bits(200, 100) + "0 0 1"
	tests := []struct {
		name, header, hidden string
		want                 vp9Size
	}{
		{"key", vp9Key(160, 120), "10 00 0 0 0 1" + vp9Key(160, 120)[13:], vp9Size{160, 120}},
		{
			"inter", inter + sized + vp9Tail + "0" + vp9Length,
			"10 00 0 1 0 1 0" + sized + vp9Tail + "0" + vp9Length,
			vp9Size{200, 100},
		},
		{
			"size of a reference", inter + "11111111 0000 0010 0100 01 0 0 0 01" + vp9Tail + "0" + vp9Length,
			"10 00 0 1 0 1 0" + "11111111 0000 0010 0100 01 0 0 0 01" + vp9Tail + "0" + vp9Length,
			vp9Size{80, 60},
		},
		{
			"not error-resilient", "10 00 0 1 1 0 01" + sized + "11" + vp9Tail + "0" + vp9Length,
			"10 00 0 1 0 0 0 01" + sized + "11" + vp9Tail + "0" + vp9Length,
			vp9Size{200, 100},
		},
		{
			"tiles", inter + "00000001 0000 0010 0100 000" + vp9Bits(1280, 720) + "0 0 1" + vp9Tail + "11 11" + vp9Length,
			"10 00 0 1 0 1 0" + "00000001 0000 0010 0100 000" + vp9Bits(1280, 720) + "0 0 1" + vp9Tail + "11 11" + vp9Length,
			vp9Size{1280, 720},
		},
		{
			"tiles that have to be", inter + "00000001 0000 0010 0100 000" + vp9Bits(8192, 64) + "0 0 1" + vp9Tail + "0 0" + vp9Length,
			"10 00 0 1 0 1 0" + "00000001 0000 0010 0100 000" + vp9Bits(8192, 64) + "0 0 1" + vp9Tail + "0 0" + vp9Length,
			vp9Size{8192, 64},
		},
		{
			"everything",
			inter + sized + "00 001000 000 1 1 1 0111111 0 1 1000000 0 0 1 0000001 01000000 1 11111 0 1 00001" +
				"1 1 1 11111111 000000 1 1 10101010 0 0 1 0" + strings.Repeat("1 111111111 0 0 1", 8) + "0" + vp9Length,
			"10 00 0 1 0 1 0" + sized + "00 001000 000 1 1 1 0111111 0 1 1000000 0 0 1 0000001 01000000 1 11111 0 1 00001" +
				"1 1 1 11111111 000000 1 1 10101010 0 0 1 0" + strings.Repeat("1 111111111 0 0 1", 8) + "0" + vp9Length,
			vp9Size{200, 100},
		},
		{
			"render size", inter + "00000001 0000 0010 0100 000" + vp9Bits(200, 100) + "1" + vp9Bits(400, 200) + "0 1" + vp9Tail + "0" + vp9Length,
			"10 00 0 1 0 1 0" + "00000001 0000 0010 0100 000" + vp9Bits(200, 100) + "1" + vp9Bits(400, 200) + "0 1" + vp9Tail + "0" + vp9Length,
			vp9Size{200, 100},
		},
		{
			"profile 1", "10 10 0 0 1 1" + vp9Sync + "0010 00 0" + vp9Bits(64, 64) + "0" + vp9Tail + "0" + vp9Length,
			"10 10 0 0 0 1" + vp9Sync + "0010 00 0" + vp9Bits(64, 64) + "0" + vp9Tail + "0" + vp9Length,
			vp9Size{64, 64},
		},
		{
			"profile 3, RGB", "10 11 0 0 0 1 1" + vp9Sync + "1 111 0" + vp9Bits(64, 64) + "0" + vp9Tail + "0" + vp9Length,
			"10 11 0 0 0 0 1" + vp9Sync + "1 111 0" + vp9Bits(64, 64) + "0" + vp9Tail + "0" + vp9Length,
			vp9Size{64, 64},
		},
		{
			"hidden intra-only stays", "10 00 0 1 0 1 1" + vp9Sync + "00000000" + vp9Bits(64, 64) + "0" + vp9Tail + "0" + vp9Length,
			"10 00 0 1 0 1 1" + vp9Sync + "00000000" + vp9Bits(64, 64) + "0" + vp9Tail + "0" + vp9Length,
			vp9Size{64, 64},
		},
	}
	top := vp9Frame(vp9Key(250, 250))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := vp9{references: vp9References{1: {80, 60}}}
			frame := vp9Frame(test.header)
			h, ok := (&vp9References{1: {80, 60}}).read(frame)
			if bits := len(strings.ReplaceAll(test.header, " ", "")); !ok || h.size != bits || (vp9Size{h.width, h.height}) != test.want {
				t.Fatalf("read %+v, %v, want %v in %d bits", h, ok, test.want, bits)
			}
			v.ends = []int{len(frame), len(frame) + len(top)}
			unit, size, _ := v.superframe(slices.Concat(frame, top))
			if size != (vp9Size{250, 250}) {
				t.Errorf("the picture is of %v", size)
			}
			if diff := cmp.Diff([][]byte{vp9Frame(test.hidden), top}, splitSuperframe(unit)); diff != "" {
				t.Errorf("frames (-want +got):\n%s", diff)
			}
		})
	}
}

func TestVP9HeaderThatIsNoneIsLeftAlone(t *testing.T) {
	key := vp9Frame(vp9Key(160, 120))
	for name, frame := range map[string][]byte{
		"marker":            append([]byte{0x42}, key[1:]...),
		"sync code":         append([]byte{key[0], 0}, key[2:]...),
		"cut short":         key[:10],
		"no compressed one": key[:len(key)-1],
	} {
		t.Run(name, func(t *testing.T) {
			v := vp9{ends: []int{len(frame), len(frame) + len(key)}}
			unit, _, _ := v.superframe(slices.Concat(frame, key))
			if diff := cmp.Diff([][]byte{frame, key}, splitSuperframe(unit)); diff != "" {
				t.Errorf("frames (-want +got):\n%s", diff)
			}
		})
	}
}

func TestVP9LowerLayerThatShowsAnotherFrameIsLeftOut(t *testing.T) {
	key := vp9Frame(vp9Key(160, 120))
	v := vp9{ends: []int{1, 1 + len(key)}}
	unit, _, _ := v.superframe(slices.Concat([]byte{0x88}, key))
	if !bytes.Equal(unit, key) {
		t.Errorf("got %x, want the frame of the upper layer", unit)
	}
}

// TestVP9SizeIsTheHighestLayers looks at what a muxer is told.
func TestVP9SizeIsTheHighestLayers(t *testing.T) {
	for highest, want := range []vp9Size{{40, 30}, {80, 60}, {160, 120}} {
		form := vp9Form{flexible: true, dropped: func(_, layer int) bool { return layer > highest }}
		r := packetized(recording{codec: caps.VP9, frames: readFramed(t, "testdata/vp9-svc.frames")}, form.payloads)
		for i, u := range play(t, Config{Codec: caps.VP9, Config: rtp.Config{Latency: latency}}, r.packets).units {
			if got := (vp9Size{u.Width, u.Height}); u.KeyFrame && got != want || !u.KeyFrame && got != (vp9Size{}) {
				t.Errorf("picture %d is of %v, want %v on key frames", i, got, want)
			}
		}
	}
}

// FuzzVP9Superframe joins two frames, of which each is whatever it is, and takes them apart.
func FuzzVP9Superframe(f *testing.F) {
	for _, picture := range readFramed(f, "testdata/vp9-svc.frames")[:3] {
		layers := splitSuperframe(picture)
		f.Add(layers[0], layers[1])
		f.Add(layers[1], layers[2])
	}
	f.Add([]byte{0x88}, []byte{0x82})
	f.Fuzz(func(t *testing.T, lower, upper []byte) {
		if len(lower) == 0 || len(upper) == 0 {
			return
		}
		var references vp9References
		before, ok := references.read(lower)
		v := vp9{ends: []int{len(lower), len(lower) + len(upper)}}
		unit, _, _ := v.superframe(slices.Concat(lower, upper))
		if ok && before.existing {
			if !bytes.Equal(unit, upper) {
				t.Fatalf("%x stays of %x", unit, upper)
			}
			return
		}
		frames := splitSuperframe(unit)
		if len(frames) != 2 || !bytes.Equal(frames[1], upper) {
			t.Fatalf("%x and %x became %x", lower, upper, unit)
		}
		if !ok {
			if !bytes.Equal(frames[0], lower) {
				t.Fatalf("%x is no frame, and became %x", lower, frames[0])
			}
			return
		}
		after, ok := new(vp9References).read(frames[0])
		if !ok || after.shown || after.key != before.key || after.width != before.width || after.height != before.height {
			t.Fatalf("%+v became %+v, %v", before, after, ok)
		}
		if want := lower[(before.size+7)/8:]; !bytes.Equal(frames[0][(after.size+7)/8:], want) {
			t.Fatalf("what is behind the header changed")
		}
	})
}

func TestVP9ColoursAreThoseOfTheKeyFrame(t *testing.T) {
	full := func(c picture.Colorimetry) picture.Colorimetry {
		c.Range = picture.RangeFull
		return c
	}
	const header, rest = "10 00 0 0 1 1" + vp9Sync, "0" + vp9Tail + "0" + vp9Length
	for bits, want := range map[string]picture.Colorimetry{
		"0000": {},
		"0001": {Range: picture.RangeFull},
		"0010": picture.BT601,
		"0011": full(picture.BT601),
		"0100": picture.BT709,
		"0101": full(picture.BT709),
		"0110": picture.BT601,
		"1000": picture.SMPTE240M,
		"1010": picture.BT2020,
		"1100": {},
		"1101": {},
	} {
		frame := vp9Frame(header + bits + vp9Bits(64, 64) + rest)
		v := vp9{ends: []int{len(frame)}}
		v.intra = true
		if f, err := v.finish(frame); err != nil || !f.key || f.colorimetry != want {
			t.Errorf("color_space and color_range %s: %+v, %v, want %+v", bits, f, err, want)
		}
	}
	rgb := vp9Frame("10 10 0 0 1 1" + vp9Sync + "111 0" + vp9Bits(64, 64) + rest)
	if h, ok := new(vp9References).read(rgb); !ok || h.colorimetry != picture.SRGB {
		t.Errorf("RGB: %+v, %v", h, ok)
	}
}
