package video

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/hostile"
)

// FuzzDepacketizer gives the payloads of one codec to its depacketizer, as units of four. The first byte chooses the
// codec; each payload stands behind its length in one byte.
func FuzzDepacketizer(f *testing.F) {
	for _, known := range recordings {
		r := load(f, known.name)
		for _, p := range r.packets[:4] {
			f.Add(append([]byte{byte(r.codec), byte(min(len(p.data), 255))}, p.data[min(12, len(p.data)):]...))
		}
	}
	codecs := []caps.Codec{caps.VP8, caps.H264, caps.VP9, caps.H265, caps.AV1}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		d := depacketizers[codecs[int(data[0])%len(codecs)]]()
		var unit []byte
		for n := 0; len(data) > 1; n++ {
			size := min(int(data[0]), len(data)-1)
			payload := data[1 : 1+size]
			data = data[1+size:]
			d.look(payload)
			if c, ok := d.(continuer); ok {
				c.continues(payload)
			}
			var err error
			if unit, err = d.add(unit, payload); err != nil || n%4 == 3 {
				if err == nil {
					if frame, err := d.finish(unit); err == nil && (len(frame.data) == 0 || frame.pixels < 0) {
						t.Errorf("%d bytes, %d pixels", len(frame.data), frame.pixels)
					}
				}
				d.reset()
				unit = unit[:0]
			}
		}
	})
}

// FuzzHeaders reads anything as a parameter set, a header, an SEI message and a trailer.
func FuzzHeaders(f *testing.F) {
	f.Add(hostile.H264SPS(1280, 720))
	f.Add(hostile.H265SPS(1280, 720))
	f.Add([]byte("\x05\x1a?\xa8_d\x17EE\x62"))
	f.Add([]byte{0x0a, 0x0b, 0, 0, 0, 0x24, 0xcf, 0x7f, 0x0d, 0xbf, 0xff, 0x30, 0x08})
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, n := range map[string]int{
			"H264": readH264SPS(data).pixels, "H265": readH265SPS(data).pixels, "AV1": pixelsAV1(data),
		} {
			if n < 0 {
				t.Errorf("%s: %d pixels", name, n)
			}
		}
		var sets parameterSets
		if len(data) > 1 {
			sets.keepSPS(data, readH264SPS)
			sets.keepPPS(data)
			sets.keepVPS(data)
			sets.keepSPS(data, readH265SPS)
			sets.keepH265PPS(data)
			sets.stream()
		}
		var references vp9References
		if h, ok := references.read(data); ok && (h.width < 0 || h.height < 0) {
			t.Errorf("VP9 has %dx%d", h.width, h.height)
		}
		var sei seiReader
		sei.read(data)
		rest, items := cutTrailer(data)
		if len(rest)+len(items) > len(data) {
			t.Error("a trailer is longer than its frame")
		}
		new(trailerReader).read(items)
	})
}

// FuzzH264Numbers reads anything as an SPS, a PPS and slices, each behind its length in one byte.
func FuzzH264Numbers(f *testing.F) {
	form := numbered{bits: 4, references: 1}
	frames, _ := form.stream("K0 P1 P3 K0 p1")
	var seed []byte
	for _, unit := range frames {
		for _, nal := range unit {
			seed = append(append(seed, byte(len(nal))), nal...)
		}
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		var n h264Numbers
		for len(data) > 1 {
			size := max(min(int(data[0]), len(data)-1), 1)
			nal := data[1 : 1+size]
			data = data[1+size:]
			switch nal[0] & nalTypeMask {
			case nalSPS:
				n.keepSPS(readH264SPS(nal))
			case nalPPS:
				n.keepPPS(nal)
			default:
				if !n.follows(nal) && n.active.bits != 0 {
					t.Error("it goes on behind a gap")
				}
			}
			if n.active.bits > 16 || n.last > 1<<16 {
				t.Errorf("frame_num %d of %d bits", n.last, n.active.bits)
			}
		}
	})
}

// FuzzVP9Pictures reads anything as descriptors, each behind its length in one byte.
func FuzzVP9Pictures(f *testing.F) {
	f.Add([]byte{4, 0x88, 1, 0, 0, 4, 0xd8, 2, 2, 0, 4, 0xd8, 4, 2, 0})
	f.Add([]byte{5, 0xa8, 1, 0, 0, 0, 5, 0xe8, 2, 0x30, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var p vp9Pictures
		for len(data) > 1 {
			size := min(int(data[0]), len(data)-1)
			d, err := parseVP9Descriptor(data[1 : 1+size])
			data = data[1+size:]
			switch {
			case err != nil:
			case !d.inter:
				p.begin(&d)
			default:
				if orphan, severed := p.takes(&d, p.complete(&d)); severed && p.known || orphan && severed {
					t.Errorf("%+v: orphan %v, severed %v", d, orphan, severed)
				}
			}
		}
	})
}
