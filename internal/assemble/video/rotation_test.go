package video

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

func turned(degrees int) picture.Rotation { return picture.Rotation{Degrees: degrees, Known: true} }
func mirrored(degrees int) picture.Rotation {
	return picture.Rotation{Degrees: degrees, Mirrored: true, Known: true}
}

// extended returns a packet with an RTP header extension in the one-byte form (RFC 8285 section 4.2).
func extended(packet []byte, id byte, data ...byte) []byte {
	element := append([]byte{id<<4 | byte(len(data)-1)}, data...)
	for len(element)%4 != 0 {
		element = append(element, 0)
	}
	extension := binary.BigEndian.AppendUint16([]byte{0xbe, 0xde}, uint16(len(element)/4))
	p := slices.Insert(slices.Clone(packet), 12, append(extension, element...)...)
	p[0] |= 0x10
	return p
}

func TestVideoOrientationByte(t *testing.T) {
	for b, want := range map[byte]picture.Rotation{
		0x00: turned(0), 0x01: turned(90), 0x02: turned(180), 0x03: turned(270),
		0x04: mirrored(0), 0x05: mirrored(90), 0x06: mirrored(180), 0x07: mirrored(270),
		0x08: turned(0), // the back camera
		0xf1: turned(90),
	} {
		if have := rotationOfCVO(b); have != want {
			t.Errorf("%#02x: %+v, want %+v", b, have, want)
		}
	}
}

// orientationSEI is the payload of a display orientation SEI message.
func orientationSEI(cancel, hor, ver bool, anticlockwise uint16, tail bool) []byte {
	bits := uint32(anticlockwise) << 5
	for i, flag := range []bool{cancel, hor, ver} {
		if flag {
			bits |= 1 << (23 - i)
		}
	}
	if tail {
		bits |= 1 << 4
	}
	return []byte{byte(bits >> 16), byte(bits >> 8), byte(bits)}
}

func TestDisplayOrientationIsTurnedClockwise(t *testing.T) {
	tests := []struct {
		hor, ver      bool
		anticlockwise uint16
		want          picture.Rotation
	}{
		{false, false, 0, turned(0)},
		{false, false, 1 << 14, turned(270)},
		{false, false, 2 << 14, turned(180)},
		{false, false, 3 << 14, turned(90)},
		{true, false, 0, mirrored(0)},
		{true, false, 1 << 14, mirrored(270)},
		{false, true, 0, mirrored(180)},
		{false, true, 1 << 14, mirrored(90)},
		{true, true, 0, turned(180)},
		{true, true, 3 << 14, turned(270)},
		{false, false, 1<<14 - 1000, turned(270)}, // the nearest quarter
		{false, false, 65535, turned(0)},
	}
	for _, test := range tests {
		for _, tail := range []bool{false, true} {
			m := parseOrientation(orientationSEI(false, test.hor, test.ver, test.anticlockwise, tail))
			if m.rotation != test.want || m.tail != tail || !m.present {
				t.Errorf("%+v: %+v", test, m)
			}
		}
	}
	if m := parseOrientation(orientationSEI(true, true, true, 1<<14, true)); m.rotation.Known || !m.present {
		t.Errorf("cancelled: %+v", m)
	}
	for _, short := range [][]byte{nil, {0x40}, {0x40, 0}} {
		if m := parseOrientation(short); m.present {
			t.Errorf("%x: %+v", short, m)
		}
	}
}

// rotations returns the rotation of each unit.
func (o outcome) rotations() (all []picture.Rotation) {
	for _, u := range o.units {
		all = append(all, u.Rotation)
	}
	return all
}

// TestVideoOrientationHoldsUntilTheNext turns frame 10 by 90 degrees, frame 20 upside down, and says nothing else, also
// not on the key frame 30.
func TestVideoOrientationHoldsUntilTheNext(t *testing.T) {
	for _, known := range recordings {
		r := load(t, known.name)
		_, at10 := r.frameOf(10)
		_, at20 := r.frameOf(20)
		said := r.edited(func(i int, p *timed) {
			switch i {
			case at10:
				p.data = extended(p.data, 3, 0x01)
			case at20:
				p.data = extended(p.data, 3, 0x06)
			}
		})
		want := slices.Concat(slices.Repeat([]picture.Rotation{{}}, 10), slices.Repeat([]picture.Rotation{turned(90)}, 10), slices.Repeat([]picture.Rotation{mirrored(180)}, 40))
		t.Run(known.name, func(t *testing.T) {
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency, VideoOrientationID: 3}}, said.packets)
			o.checkFrames(t, r, span(0, 59))
			if diff := cmp.Diff(want, o.rotations()); diff != "" {
				t.Errorf("rotations (-want +got):\n%s", diff)
			}
		})
		t.Run(known.name+"/of a lost frame", func(t *testing.T) {
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency, VideoOrientationID: 3}}, said.without(at20-1).packets)
			if n := len(o.units); n < 40 || o.units[n-1].Rotation != mirrored(180) {
				t.Errorf("rotations %+v", o.rotations())
			}
		})
	}
}

func TestVideoOrientationHasToBeNegotiated(t *testing.T) {
	r := load(t, "vp8")
	said := r.edited(func(_ int, p *timed) { p.data = extended(p.data, 3, 0x01) })
	for _, id := range []uint8{0, 4} {
		o := play(t, Config{Codec: r.codec, Config: rtp.Config{VideoOrientationID: id}}, said.packets)
		if rotation := o.units[0].Rotation; rotation != (picture.Rotation{}) {
			t.Errorf("identifier %d: %+v", id, rotation)
		}
	}
}

func TestVideoOrientationEndsWithTheSequence(t *testing.T) {
	r := load(t, "vp8")
	said := r.edited(func(_ int, p *timed) { p.data = extended(p.data, 3, 0x01) })
	again := r.renumbered(40000, 5).edited(func(_ int, p *timed) { p.at += 2 * time.Second })
	o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency, VideoOrientationID: 3}}, slices.Concat(said.packets, again.packets))
	if len(o.units) != 120 || o.units[59].Rotation != turned(90) || o.units[60].Rotation != (picture.Rotation{}) {
		t.Errorf("rotations %+v", o.rotations())
	}
}

// TestDisplayOrientationPersists has H.264 and H.265 say the same. What differs is the bit that makes a message hold for
// more than its picture.
func TestDisplayOrientationPersists(t *testing.T) {
	type codec struct {
		codec          caps.Codec
		key, delta     [][]byte
		sei            []byte // header of an SEI NAL unit
		lasting, alone bool
		stream         func([][][]byte) []timed
	}
	codecs := []codec{
		{caps.H264, [][]byte{spsNAL, ppsNAL, idrSlice}, [][]byte{deltaSlice}, []byte{6}, false, true, h264Stream},
		{caps.H265, [][]byte{vps265, sps265, pps265, idr265}, [][]byte{delta265}, []byte{39 << 1, 1}, true, false, h264Stream},
	}
	for _, c := range codecs {
		// Escaped as an encoder does it.
		message := func(payload []byte) []byte {
			nal := slices.Concat(c.sei, []byte{47, byte(len(payload))}, payload, []byte{0x80})
			return escaped(nal)
		}
		lasting := func(quarters uint16) []byte {
			return message(orientationSEI(false, false, false, quarters<<14, c.lasting))
		}
		once := message(orientationSEI(false, true, false, 0, c.alone))
		cancel := message([]byte{0x80})
		tests := []struct {
			name   string
			frames [][][]byte
			want   []picture.Rotation
		}{
			{"none", [][][]byte{c.key, c.delta}, []picture.Rotation{{}, {}}},
			{
				"until the next",
				[][][]byte{append([][]byte{lasting(1)}, c.key...), c.delta, append([][]byte{lasting(3)}, c.delta...), c.delta},
				[]picture.Rotation{turned(270), turned(270), turned(90), turned(90)},
			},
			{
				"until cancelled",
				[][][]byte{append([][]byte{lasting(2)}, c.key...), c.delta, append([][]byte{cancel}, c.delta...), c.delta},
				[]picture.Rotation{turned(180), turned(180), {}, {}},
			},
			{
				"until a coded video sequence begins",
				[][][]byte{append([][]byte{lasting(2)}, c.key...), c.delta, c.key, c.delta},
				[]picture.Rotation{turned(180), turned(180), {}, {}},
			},
			{
				"for one picture",
				[][][]byte{append([][]byte{lasting(2)}, c.key...), append([][]byte{once}, c.delta...), c.delta},
				[]picture.Rotation{turned(180), mirrored(0), turned(180)},
			},
			{
				"two of one picture",
				[][][]byte{append([][]byte{lasting(2), lasting(1)}, c.key...), c.delta},
				[]picture.Rotation{turned(270), turned(270)},
			},
		}
		for _, test := range tests {
			t.Run(c.codec.String()+"/"+test.name, func(t *testing.T) {
				o := play(t, Config{Codec: c.codec}, c.stream(test.frames))
				if diff := cmp.Diff(test.want, o.rotations()); diff != "" {
					t.Errorf("rotations (-want +got):\n%s", diff)
				}
			})
		}
		t.Run(c.codec.String()+"/the header extension wins", func(t *testing.T) {
			packets := c.stream([][][]byte{append([][]byte{lasting(2)}, c.key...), append([][]byte{lasting(1)}, c.delta...), c.delta})
			last := len(packets) - 2
			packets[last].data = extended(packets[last].data, 5, 0x03)
			o := play(t, Config{Codec: c.codec, Config: rtp.Config{VideoOrientationID: 5}}, packets)
			if diff := cmp.Diff([]picture.Rotation{turned(180), turned(270), turned(270)}, o.rotations()); diff != "" {
				t.Errorf("rotations (-want +got):\n%s", diff)
			}
		})
	}
}

// escaped puts emulation prevention bytes into a NAL unit (H.264 section 7.4.1).
func escaped(nal []byte) (out []byte) {
	zeros := 0
	for _, b := range nal {
		if zeros >= 2 && b <= 3 {
			out = append(out, 3)
			zeros = 0
		}
		out = append(out, b)
		if zeros++; b != 0 {
			zeros = 0
		}
	}
	return out
}

func TestRBSPHasNoEmulationPrevention(t *testing.T) {
	for _, raw := range [][]byte{nil, {0, 0, 0}, {0, 0, 1}, {0, 0, 3}, {1, 0, 0, 0, 0, 0, 2}, {0, 0, 4, 0, 0, 3, 3}} {
		if have := appendRBSP(nil, escaped(raw)); !slices.Equal(have, raw) {
			t.Errorf("% x became % x and then % x", raw, escaped(raw), have)
		}
	}
}
