package video

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// recordings are the ones in testdata, all of 60 frames with key frames at 0 and 30.
var recordings = []struct {
	name  string
	codec caps.Codec
}{
	{"vp8", caps.VP8},
	{"h264", caps.H264},
	{"h264-single", caps.H264},
	{"h265", caps.H265},
	{"h265-single", caps.H265},
	{"vp9", caps.VP9},
	{"vp9-svc", caps.VP9},
	{"av1", caps.AV1},
}

// blankable are the recordings of codecs for which a server has blank frames.
var blankable = recordings[:3]

// svc is how vp9-svc is sent, with picture IDs that wrap around.
var svc = vp9Form{flexible: true, firstPicture: 32740}

// timed is a packet and when it arrives, counted from the start of the test.
type timed struct {
	at   time.Duration
	data []byte
}

func (p timed) sequence() uint16  { return binary.BigEndian.Uint16(p.data[2:]) }
func (p timed) timestamp() uint32 { return binary.BigEndian.Uint32(p.data[4:]) }
func (p timed) marker() bool      { return p.data[1]&0x80 != 0 }

// recording is a stream of packets and what it has to become.
type recording struct {
	codec   caps.Codec
	packets []timed
	frames  [][]byte
}

// firstArrival is when a recording begins. It is no multiple of the times between requests for a key frame.
const firstArrival = 990 * time.Millisecond

// load reads a recording. Each packet arrives when its timestamp says, so the packets of a frame at once.
func load(tb testing.TB, name string) recording {
	tb.Helper()
	var r recording
	for _, known := range recordings {
		if known.name == name {
			r.codec = known.codec
		}
	}
	r.frames = readFramed(tb, "testdata/"+name+".frames")
	switch name {
	case "av1":
		return packetized(r, av1Payloads)
	case "vp9-svc":
		r = packetized(r, svc.payloads)
		r.frames = svc.layersOf(r.frames)
		return r
	}
	for _, data := range readFramed(tb, "testdata/"+name+".rtp") {
		p := timed{data: data}
		p.at = firstArrival + time.Duration(p.timestamp()-90000)*time.Second/90000
		r.packets = append(r.packets, p)
	}
	if r.codec == caps.H264 || r.codec == caps.H265 {
		for i, f := range r.frames {
			r.frames[i] = withLongStartCodes(f)
		}
	}
	return r
}

// withLongStartCodes makes all start codes of a byte stream 4 bytes long. x264 and x265 use 3 in front of slices.
func withLongStartCodes(frame []byte) []byte {
	long := bytes.ReplaceAll(frame, []byte{0, 0, 0, 1}, []byte{0, 0, 1})
	return bytes.ReplaceAll(long, []byte{0, 0, 1}, []byte{0, 0, 0, 1})
}

// readFramed reads a file of byte strings behind their lengths (RFC 4571).
func readFramed(tb testing.TB, path string) (all [][]byte) {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	for len(data) > 0 {
		size := int(binary.BigEndian.Uint16(data))
		all = append(all, slices.Clone(data[2:2+size]))
		data = data[2+size:]
	}
	return all
}

// frameOf returns the packets of a frame, by index into r.packets.
func (r recording) frameOf(frame int) (first, last int) {
	first = -1
	n := 0
	for i, p := range r.packets {
		if i > 0 && p.timestamp() != r.packets[i-1].timestamp() {
			n++
		}
		if n == frame {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// without leaves out packets, by index.
func (r recording) without(indexes ...int) recording {
	var kept []timed
	for i, p := range r.packets {
		if !slices.Contains(indexes, i) {
			kept = append(kept, p)
		}
	}
	r.packets = kept
	return r
}

// with adds packets, and puts all in the order of their arrival.
func (r recording) with(packets ...timed) recording {
	r.packets = slices.Concat(r.packets, packets)
	slices.SortStableFunc(r.packets, func(a, b timed) int { return int(a.at - b.at) })
	return r
}

// edited passes a copy of each packet through edit.
func (r recording) edited(edit func(i int, p *timed)) recording {
	r.packets = slices.Clone(r.packets)
	for i := range r.packets {
		r.packets[i].data = slices.Clone(r.packets[i].data)
		edit(i, &r.packets[i])
	}
	return r
}

// renumbered moves the first sequence number and timestamp, and everything after them.
func (r recording) renumbered(sequence uint16, timestamp uint32) recording {
	s, ts := sequence-r.packets[0].sequence(), timestamp-r.packets[0].timestamp()
	return r.edited(func(_ int, p *timed) {
		binary.BigEndian.PutUint16(p.data[2:], p.sequence()+s)
		binary.BigEndian.PutUint32(p.data[4:], p.timestamp()+ts)
	})
}

// sooner is a recording that begins earlier.
func (r recording) sooner(by time.Duration) recording {
	return r.edited(func(_ int, p *timed) { p.at -= by })
}

// slowly has some time between each packet of a few and the one before it. What follows comes later.
func (r recording) slowly(first, last int, each time.Duration) recording {
	return r.edited(func(i int, p *timed) { p.at += time.Duration(min(max(i-first, 0), last-first)) * each })
}

// padded puts a packet made by pad in front of each frame, and renumbers the rest.
func (r recording) padded(pad func(after timed) []byte) recording {
	out := recording{codec: r.codec, frames: r.frames}
	for i, p := range r.packets {
		if i == 0 || p.timestamp() != r.packets[i-1].timestamp() {
			before := p
			if i > 0 {
				before = r.packets[i-1]
			}
			out.packets = append(out.packets, timed{p.at, pad(before)})
		}
		out.packets = append(out.packets, p)
	}
	first := r.packets[0].sequence()
	return out.edited(func(i int, p *timed) {
		binary.BigEndian.PutUint16(p.data[2:], first+uint16(i))
	})
}

// packetWith returns a packet with the header of another and a payload of its own.
func packetWith(like []byte, sequence uint16, marker bool, payload []byte) []byte {
	p := append(slices.Clone(like[:12]), payload...)
	binary.BigEndian.PutUint16(p[2:], sequence)
	p[1] &= 0x7f
	if marker {
		p[1] |= 0x80
	}
	return p
}

// paddingForms are packets without media, as they occur.
var paddingForms = []struct {
	name string
	make func(like timed) []byte
}{
	{"no payload", func(like timed) []byte {
		return packetWith(like.data, 0, false, nil)
	}},
	{"all of it padding", func(like timed) []byte {
		p := packetWith(like.data, 0, false, append(make([]byte, 254), 255))
		p[0] |= 0x20
		return p
	}},
	{"padding behind a payload of padding", func(like timed) []byte {
		p := packetWith(like.data, 0, false, slices.Concat(make([]byte, 254), []byte{255}, make([]byte, 254), []byte{255}))
		p[0] |= 0x20
		return p
	}},
	{"padding behind a payload of zeros", func(like timed) []byte {
		p := packetWith(like.data, 0, false, slices.Concat(make([]byte, 255), []byte{0, 0, 3}))
		p[0] |= 0x20
		return p
	}},
}

func TestRecordingsAreWhole(t *testing.T) {
	for _, known := range recordings {
		r := load(t, known.name)
		if len(r.frames) != 60 {
			t.Errorf("%s: %d frames, want 60", known.name, len(r.frames))
		}
		for i, p := range r.packets {
			if want := uint16(1000 + i); p.sequence() != want {
				t.Fatalf("%s: packet %d has sequence number %d, want %d", known.name, i, p.sequence(), want)
			}
		}
		if first, last := r.frameOf(59); !r.packets[last].marker() || first > last {
			t.Errorf("%s: last frame is packets %d to %d, want a marker", known.name, first, last)
		}
	}
	if vp8 := load(t, "vp8"); !bytes.Contains(vp8.packets[0].data, []byte{0x80, 0xff, 0xe4}) {
		t.Error("vp8: no 15-bit picture ID")
	}
}
