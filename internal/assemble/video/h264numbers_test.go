package video

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// numbered says what a stream of H.264 is like whose pictures are numbered.
type numbered struct {
	bits       int // of frame_num
	references int
	gaps       bool // are allowed
	planes     bool
	fields     bool
}

// ueBits is an Exp-Golomb number.
func ueBits(n int) string {
	bits := strconv.FormatInt(int64(n+1), 2)
	return strings.Repeat("0", len(bits)-1) + bits
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func (n numbered) sps() []byte {
	profile, chroma := byte(66), ""
	if n.planes {
		profile, chroma = 244, ueBits(3)+"1"+ueBits(0)+ueBits(0)+"0 0"
	}
	return append([]byte{0x67, profile, 0, 31}, packBits(ueBits(2)+chroma+ueBits(n.bits-4)+ueBits(2)+
		ueBits(n.references)+bit(n.gaps)+ueBits(9)+ueBits(7)+bit(!n.fields)+"1 0 0 1")...)
}

func (n numbered) pps() []byte {
	return append([]byte{0x68}, packBits(ueBits(3)+ueBits(2)+"0 0 1 1 1")...)
}

// picture makes the slice of one: K is a key frame, P and I are needed by others, and a p by none. Its number is behind it.
func (n numbered) picture(text string) []byte {
	kinds := map[byte]struct {
		header byte
		slice  int
	}{'K': {0x65, 7}, 'P': {0x41, 5}, 'I': {0x41, 2}, 'p': {0x01, 0}}
	kind := kinds[text[0]]
	number, err := strconv.Atoi(text[1:])
	if err != nil {
		panic(err)
	}
	planes := ""
	if n.planes {
		planes = "10"
	}
	bits := ueBits(0) + ueBits(kind.slice) + ueBits(3) + planes + fmt.Sprintf("%0*b", n.bits, number) + "1011 0111"
	rbsp := append([]byte{kind.header}, packBits(bits)...)
	var nal []byte // with emulation prevention
	for _, b := range rbsp {
		if l := len(nal); l >= 2 && nal[l-1] == 0 && nal[l-2] == 0 && b <= 3 {
			nal = append(nal, 3)
		}
		nal = append(nal, b)
	}
	return nal
}

// stream makes units of words, each a picture, or two with a comma between them. An X in front of one says that it is not
// to be shown.
func (n numbered) stream(pictures string) (frames [][][]byte, shown []int) {
	for i, word := range strings.Fields(pictures) {
		word, refused := strings.CutPrefix(word, "X")
		if !refused {
			shown = append(shown, i)
		}
		var unit [][]byte
		if word[0] == 'K' {
			unit = [][]byte{n.sps(), n.pps()}
		}
		for picture := range strings.SplitSeq(word, ",") {
			unit = append(unit, n.picture(picture))
		}
		frames = append(frames, unit)
	}
	return frames, shown
}

func TestH264PicturesThatWereLeftOutAreSeen(t *testing.T) {
	few := numbered{bits: 4, references: 4}
	wide := numbered{bits: 16, references: 1}
	free := numbered{bits: 15, references: 1, gaps: true}
	const wraps = "K0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15 P0 P1 P2"
	for _, test := range []struct {
		name     string
		form     numbered
		pictures string
	}{
		{"all are there", few, wraps},
		{"one is missing", few, "K0 P1 P2 XP4 XP5 XP6 K0 P1 P2"},
		{"the first one is missing", few, "K0 XP2 XP3 K0 P1"},
		{"many are missing", few, wraps + " XP9 XP10 K0 P1"},
		{"one is missing where numbers wrap around", few, wraps + " P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 XP0 XP1 K0"},
		{"nothing refers to some", few, "K0 p1 p1 P1 p2 p2 P2 p3 P3 P4"},
		{"those that nothing refers to are missing", few, "K0 P1 P2 p3 P3 P4"},
		{"one is missing that the next need", few, "K0 p1 p1 P1 Xp3 Xp3 XP3 Xp4 K0 P1"},
		{"a B-frame shows it", few, "K0 P1 P2 Xp4 XP4 K0"},
		{"key frames begin the numbers again", few, "K0 P1 P2 K0 K0 P1 K0 P1 P2"},
		{"numbers begin again in mid-stream", few, "K0 P1 P2 P3 P1 P2 P3 XP5"},
		{"an encoder that counts all", few, "K0 p1 P2 p3 P4 p5 P6"},
		{"fields", numbered{bits: 4, references: 2, fields: true}, "K0,P0 P1,P1 P2,P2 P3 P3 XP5,P5 K0,P0 P1"},
		{"two pictures in a unit", few, "K0,P1 P2,P3 P4 XP6"},
		{"colour planes", numbered{bits: 9, references: 1, planes: true}, "K0 P1 P2 P3 XP5 K0 P1"},
		{"numbers of 16 bits", wide, "K0 P1 P2 P3 XP5 K0 P1"},
		{"zeros in them", wide, "K0 P1 XP256 XP257 K0 XP768 K0 P1 P2 XP4"},
		{"gaps are allowed, and layers left out", numbered{bits: 4, references: 2, gaps: true}, "K0 P1 P2 P4 P6 P8"},
		{"gaps are allowed, but nothing else is there to refer to", free, "K0 P1 P2 XP4 XP5 K0 P1"},
		{"gaps are allowed, and a picture refers to nothing", free, "K0 P1 P2 I4 P5 P6"},
		{"only key frames", numbered{bits: 4}, "K0 I4 I9 I4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			frames, shown := test.form.stream(test.pictures)
			r := recording{codec: caps.H264, packets: h264Stream(frames)}
			for i, f := range frames {
				// A number behind each makes them all different.
				f[len(f)-1] = append(f[len(f)-1], byte(i), 0x80)
			}
			r.packets = h264Stream(frames)
			for _, f := range frames {
				r.frames = append(r.frames, annexB(f...))
			}
			o := play(t, Config{Codec: caps.H264, Config: rtp.Config{Latency: latency}}, r.packets)
			o.checkFrames(t, r, shown)
			if refused := len(frames) - len(shown); (len(o.requests) > 0) != (refused > 0) || o.stats.Dropped != uint64(refused) {
				t.Errorf("%d requests for a key frame, %d frames dropped, want %d", len(o.requests), o.stats.Dropped, refused)
			}
		})
	}
}

// TestH264EncoderThatNumbersOtherwiseIsShown has gaps behind each key frame, as no network makes them.
func TestH264EncoderThatNumbersOtherwiseIsShown(t *testing.T) {
	form := numbered{bits: 8, references: 4}
	cycle := "K0 P4 P8 P12 P16 "
	frames, _ := form.stream(strings.Repeat(cycle, 10))
	o := play(t, Config{Codec: caps.H264, Config: rtp.Config{Latency: latency}}, h264Stream(frames))
	if want := 10*5 - 3*4; len(o.units) != want {
		t.Errorf("%d units of %d, want %d", len(o.units), len(frames), want)
	}
}

func TestH264NumbersOfAnUnknownSPSSayNothing(t *testing.T) {
	form := numbered{bits: 4, references: 1}
	frames, shown := form.stream("K0 P3 P9 P2")
	frames[0] = slices.Insert(frames[0], 2, []byte{0x68, 0x20, 0xf0}) // the PPS of the pictures has another SPS now
	frames[0][2] = append([]byte{0x68}, packBits(ueBits(3)+ueBits(5)+"0 0 1 1 1")...)
	o := play(t, Config{Codec: caps.H264, Config: rtp.Config{Latency: latency}}, h264Stream(frames))
	if len(o.units) != len(shown) {
		t.Errorf("%d units, want %d", len(o.units), len(shown))
	}
}

// TestFramesThatTheSenderLeftOutAreSeen leaves out each frame of recordings in turn, with the gap in the sequence closed.
func TestFramesThatTheSenderLeftOutAreSeen(t *testing.T) {
	for _, name := range []string{"h264", "h264-single", "vp9", "vp9-svc"} {
		r := load(t, name)
		missed := 0
		for frame := 1; frame < 29; frame++ {
			first, last := r.frameOf(frame)
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.without(span(first, last)...).closed().packets)
			if len(o.units) == 59 && o.stats.Dropped == 0 {
				missed++
				continue
			}
			o.checkFrames(t, r, slices.Concat(span(0, frame-1), span(30, 59)))
			if !o.units[frame].Discont || len(o.requests) == 0 || o.stats.Lost != 0 {
				t.Errorf("%s, frame %d: %d requests, %+v", name, frame, len(o.requests), o.stats)
			}
		}
		// The number 1 behind a gap says nothing, and these recordings have 16 numbers.
		if most := map[caps.Codec]int{caps.H264: 1}[r.codec]; missed > most {
			t.Errorf("%s: %d frames are not missed", name, missed)
		}
	}
}

// closed has no gaps in the sequence numbers.
func (r recording) closed() recording {
	first := r.packets[0].sequence()
	return r.edited(func(i int, p *timed) { binary.BigEndian.PutUint16(p.data[2:], first+uint16(i)) })
}
