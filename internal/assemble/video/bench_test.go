package video

import (
	"encoding/binary"
	"io"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// BenchmarkReceive takes a stream of 720p at 30 frames a second and 2.5 Mbit/s, near enough: frames of 9 packets of 1160
// bytes. One operation is one packet.
func BenchmarkReceive(b *testing.B) {
	for _, codec := range caps.Codecs(caps.Video) {
		for _, order := range []string{"in order", "pairs swapped"} {
			b.Run(codec.String()+"/"+order, func(b *testing.B) {
				frames := benchFrames(codec)
				r, err := New(Config{Codec: codec, Config: rtp.Config{Latency: 100 * time.Millisecond}})
				if err != nil {
					b.Fatal(err)
				}
				units := 0
				r.packets.Start()
				r.assembly.deliver = func(*AccessUnit) error { units++; return nil }
				b.ReportAllocs()
				b.SetBytes(int64(len(frames[1][1])))
				for i := 0; b.Loop(); i++ {
					n := i
					if order != "in order" {
						n ^= 1
					}
					frame, k := n/9, n%9
					data := frames[min(frame, 1)][k]
					packet := r.packets.Buffer()
					copy(packet, data)
					binary.BigEndian.PutUint16(packet[2:], uint16(n))
					binary.BigEndian.PutUint32(packet[4:], uint32(frame)*3000)
					now := time.Duration(frame) * time.Second / 30
					if err := r.packets.Tick(now); err != nil {
						b.Fatal(err)
					}
					r.packets.Deadline(now)
					if err := r.packets.Receive(len(data), now); err != nil {
						b.Fatal(err)
					}
				}
				if units < b.N/9-2 {
					b.Errorf("%d units of %d packets, stats %+v", units, b.N, r.Stats())
				}
			})
		}
	}
}

// BenchmarkRun is the same through Run, in order, from a source that always has a packet.
func BenchmarkRun(b *testing.B) {
	for _, codec := range caps.Codecs(caps.Video) {
		b.Run(codec.String(), func(b *testing.B) {
			r, err := New(Config{Codec: codec, Config: rtp.Config{Latency: 100 * time.Millisecond}})
			if err != nil {
				b.Fatal(err)
			}
			src := &endless{frames: benchFrames(codec), left: b.N}
			b.ReportAllocs()
			b.SetBytes(int64(len(src.frames[1][1])))
			b.ResetTimer()
			_ = r.Run(b.Context(), src, func(*AccessUnit) error { return nil })
		})
	}
}

// BenchmarkPionH264 is what pion's depacketizer costs for the same packets, without anything around it.
func BenchmarkPionH264(b *testing.B) {
	frames := benchFrames(caps.H264)
	var d codecs.H264Packet
	var unit []byte
	b.ReportAllocs()
	b.SetBytes(int64(len(frames[1][1])))
	for i := 0; b.Loop(); i++ {
		data, err := d.Unmarshal(frames[min(i/9, 1)][i%9][12:])
		if err != nil {
			b.Fatal(err)
		}
		if i%9 == 0 {
			unit = unit[:0]
		}
		unit = append(unit, data...)
	}
}

// BenchmarkPionAV1 is the same for AV1.
func BenchmarkPionAV1(b *testing.B) {
	frames := benchFrames(caps.AV1)
	var d codecs.AV1Depacketizer
	var unit []byte
	b.ReportAllocs()
	b.SetBytes(int64(len(frames[1][1])))
	for i := 0; b.Loop(); i++ {
		data, err := d.Unmarshal(frames[min(i/9, 1)][i%9][12:])
		if err != nil {
			b.Fatal(err)
		}
		if i%9 == 0 {
			unit = unit[:0]
		}
		unit = append(unit, data...)
	}
}

// endless is a source of benchFrames.
type endless struct {
	frames  [2][9][]byte
	n, left int
}

func (e *endless) SetReadDeadline(time.Time) error { return nil }

func (e *endless) Read(b []byte) (int, interceptor.Attributes, error) {
	if e.n == e.left {
		return 0, nil, io.EOF
	}
	n := copy(b, e.frames[min(e.n/9, 1)][e.n%9])
	binary.BigEndian.PutUint16(b[2:], uint16(e.n))
	binary.BigEndian.PutUint32(b[4:], uint32(e.n/9)*3000)
	e.n++
	return n, nil, nil
}

// benchFrames returns the packets of a key frame and of a delta frame.
func benchFrames(codec caps.Codec) (frames [2][9][]byte) {
	for f := range frames {
		for i := range frames[f] {
			p := make([]byte, 12+1160)
			p[0], p[1] = 0x80, 96
			if i == 8 {
				p[1] |= 0x80
			}
			for j := range p[12:] {
				p[12+j] = byte(j*7 + 1)
			}
			frames[f][i] = benchPayload[codec](p, f == 0, i)
		}
	}
	return frames
}

var benchVP9Key = vp9Frame(vp9Key(320, 180))

// benchPayload makes packet i of a frame one of a codec, by overwriting the beginning of its payload.
var benchPayload = map[caps.Codec]func(p []byte, key bool, i int) []byte{
	caps.VP8: func(p []byte, key bool, i int) []byte {
		if i > 0 {
			copy(p[12:], []byte{0x80, 0x80, 0x81, 0x23})
			return p
		}
		copy(p[12:], []byte{0x90, 0x80, 0x81, 0x23, 0, 0, 0, 0x9d, 0x01, 0x2a, 0, 5, 0xd0, 2})
		if !key {
			p[16] = 1
		}
		return p
	},
	caps.VP9: func(p []byte, key bool, i int) []byte {
		// Three spatial layers of three packets each.
		flags, d := byte(0xb0), byte(i/3<<1)
		if i%3 == 0 {
			flags |= 0x08
		}
		if i%3 == 2 {
			flags |= 0x04
		}
		width := 320 << (i / 3)
		switch {
		case key && i == 0:
			copy(p[12:], append([]byte{flags, 0x81, 0x23, d}, benchVP9Key...))
		case key:
			copy(p[12:], []byte{flags, 0x81, 0x23, d, 0x82})
		case i%3 == 0:
			inter := "10 00 0 1 1 1 00000000 0000 0010 0100 000" + vp9Bits(width, width*9/16) + "0 0 1" + vp9Tail + "00" + vp9Length
			copy(p[12:], append([]byte{flags | 0x40, 0x81, 0x24, d, 1 << 1}, vp9Frame(inter)...))
		default:
			copy(p[12:], []byte{flags | 0x40, 0x81, 0x24, d, 1 << 1, 0x86})
		}
		return p
	},
	caps.AV1: func(p []byte, key bool, i int) []byte {
		switch {
		case i == 0 && key:
			copy(p[12:], append([]byte{0x68, byte(len(sequenceOBU))}, append(sequenceOBU, 0x30, 0x10)...))
		case i == 0:
			copy(p[12:], []byte{0x50, 0x30, 0x30})
		case i == 8:
			p[12] = 0x90
		default:
			p[12] = 0xd0
		}
		return p
	},
	caps.H264: func(p []byte, key bool, i int) []byte {
		kind := byte(1)
		if key {
			kind = 5
		}
		switch {
		case i == 0 && key:
			return append(p[:12], stapA(spsNAL, ppsNAL)...)
		case i == 0 || i == 1 && key:
			copy(p[12:], []byte{0x7c, 0x80 | kind, 0x88})
		case i == 8:
			copy(p[12:], []byte{0x7c, 0x40 | kind})
		default:
			copy(p[12:], []byte{0x7c, kind})
		}
		return p
	},
	caps.H265: func(p []byte, key bool, i int) []byte {
		kind := byte(1)
		if key {
			kind = 20
		}
		switch {
		case i == 0 && key:
			return append(p[:12], ap265(vps265, sps265, pps265)...)
		case i == 0 || i == 1 && key:
			copy(p[12:], []byte{0x62, 1, 0x80 | kind, 0xac})
		case i == 8:
			copy(p[12:], []byte{0x62, 1, 0x40 | kind})
		default:
			copy(p[12:], []byte{0x62, 1, kind})
		}
		return p
	},
}
