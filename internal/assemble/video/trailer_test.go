package video

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// item is one of a trailer, on the wire.
func item(tag byte, value []byte) []byte {
	b := append([]byte{tag, byte(len(value))}, value...)
	for i := range b {
		b[i] ^= 0xff
	}
	return b
}

// trailer joins items to a trailer.
func trailer(items ...[]byte) []byte {
	b := slices.Concat(items...)
	return append(append(b, ^byte(len(b)+5)), "LKTS"...)
}

func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

var trailerTests = []struct {
	name    string
	trailer []byte
	want    *caps.FrameMetadata
	kept    bool // it is no trailer, and stays in the frame
}{
	{name: "none"},
	{
		name:    "all",
		trailer: trailer(item(1, u64(1<<63+5)), item(2, u32(1<<31+7)), item(3, []byte("hello"))),
		want:    &caps.FrameMetadata{UserTimestamp: new(uint64(1<<63 + 5)), FrameID: new(uint32(1<<31 + 7)), UserData: []byte("hello")},
	},
	{name: "zeros are not absent", trailer: trailer(item(1, u64(0)), item(2, u32(0)), item(3, nil)), want: &caps.FrameMetadata{UserTimestamp: new(uint64(0)), FrameID: new(uint32(0)), UserData: []byte{}}},
	{name: "timestamp only", trailer: trailer(item(1, u64(9))), want: &caps.FrameMetadata{UserTimestamp: new(uint64(9))}},
	{name: "longest user data", trailer: trailer(item(3, make([]byte, 248))), want: &caps.FrameMetadata{UserData: make([]byte, 248)}},
	{name: "unknown tag", trailer: trailer(item(9, []byte("later")), item(2, u32(3))), want: &caps.FrameMetadata{FrameID: new(uint32(3))}},
	{name: "unknown size", trailer: trailer(item(1, u32(3)))},
	{name: "empty", trailer: trailer()},
	{name: "shorter than itself", trailer: []byte("\xffLKTS"), kept: true},
	{name: "items do not fit", trailer: trailer([]byte{0xfe, 0x00}), kept: true},
	{name: "half an item", trailer: trailer(item(1, u64(9)), []byte{0xfe}), kept: true},
}

func TestTrailerBecomesMetadata(t *testing.T) {
	for _, known := range recordings {
		if known.codec == caps.AV1 {
			continue // it has the trailer elsewhere
		}
		for _, test := range trailerTests {
			t.Run(known.name+"/"+test.name, func(t *testing.T) {
				r := load(t, known.name)
				o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.edited(func(_ int, p *timed) {
					if p.marker() {
						p.data = append(p.data, test.trailer...)
					}
				}).packets)
				if test.kept {
					for i := range r.frames {
						r.frames[i] = endedWith(known.name, r.frames[i], test.trailer)
					}
				}
				o.checkFrames(t, r, span(0, 59))
				for i, u := range o.units {
					if diff := cmp.Diff(test.want, u.Metadata); diff != "" {
						t.Fatalf("frame %d: metadata (-want +got):\n%s", i, diff)
					}
				}
			})
		}
	}
}

// endedWith returns a unit of a recording with something behind its last frame.
func endedWith(name string, unit, end []byte) []byte {
	if name != "vp9-svc" {
		return append(unit, end...)
	}
	layers := splitSuperframe(unit)
	last := &layers[len(layers)-1]
	*last = slices.Concat(*last, end)
	return superframeOf(layers)
}

func TestTrailerIsNotLongerThanTheFrame(t *testing.T) {
	for _, frame := range []string{"", "LKTS", "\x00LKTS", "\xf9LKTS", "a\xf8LKTS"} {
		if rest, items := cutTrailer([]byte(frame)); string(rest) != frame || items != nil {
			t.Errorf("%q: cut to %q and %q", frame, rest, items)
		}
	}
}

func TestTrailerInSEIBecomesMetadata(t *testing.T) {
	want := &caps.FrameMetadata{UserTimestamp: new(uint64(1<<64 - 2)), FrameID: new(uint32(1<<32 - 4)), UserData: []byte("abc")}
	message := slices.Concat(trailerUUID[:], trailer(item(1, u64(1<<64-2)), item(2, u32(1<<32-4)), item(3, []byte("abc"))))
	sei := func(message []byte) []byte { return slices.Concat([]byte{5, byte(len(message))}, message) }
	tests := []struct {
		name string
		sei  []byte // behind the NAL unit header, without emulation prevention
		want *caps.FrameMetadata
	}{
		{"alone", append(sei(message), 0x80), want},
		{"behind another message", slices.Concat([]byte{1, 2, 9, 9}, sei(message), []byte{0x80}), want},
		{"before another message", slices.Concat(sei(message), sei(make([]byte, 20)), []byte{0x80}), want},
		{"another UUID", append(sei(slices.Concat(make([]byte, 16), message[16:])), 0x80), nil},
		{"cut short", sei(message)[:22], nil},
		{"endless number", []byte{255, 255, 255}, nil},
		{"nothing", []byte{0x80}, nil},
	}
	for _, codec := range []struct {
		codec  caps.Codec
		header []byte
		sets   [][]byte
		key    []byte
	}{
		{caps.H264, []byte{6}, [][]byte{spsNAL, ppsNAL}, idrSlice},
		{caps.H265, []byte{39 << 1, 1}, [][]byte{vps265, sps265, pps265}, idr265},
	} {
		for _, test := range tests {
			t.Run(codec.codec.String()+"/"+test.name, func(t *testing.T) {
				nal := append(codec.header[:len(codec.header):len(codec.header)], escaped(test.sei)...)
				// The parameter sets come with the first frame and are put in front of the second.
				stream := h264Stream([][][]byte{append(slices.Clone(codec.sets), codec.key), {nal, codec.key}})
				o := play(t, Config{Codec: codec.codec}, stream)
				if len(o.units) != 2 {
					t.Fatalf("%d units", len(o.units))
				}
				if diff := cmp.Diff(test.want, o.units[1].Metadata); diff != "" {
					t.Errorf("metadata (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(annexB(append(slices.Clone(codec.sets), nal, codec.key)...), o.units[1].Data); diff != "" {
					t.Errorf("data (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestLongSEIIsNotLookedInto(t *testing.T) {
	message := slices.Concat(trailerUUID[:], trailer(item(2, u32(6))))
	payload := slices.Concat([]byte{seiUserDataUnregistered, byte(len(message))}, message, []byte{0x80})
	for size, want := range map[int]bool{len(payload): true, maxSEI: true, maxSEI + 1: false} {
		var s seiReader
		s.read(append(payload[:len(payload):len(payload)], bytes.Repeat([]byte{0x80}, size-len(payload))...))
		if have := s.trailer.items != nil; have != want {
			t.Errorf("%d bytes: trailer found %v, want %v", size, have, want)
		}
	}
}
