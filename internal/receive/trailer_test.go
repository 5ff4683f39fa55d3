package receive

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
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
	want    *FrameMetadata
	kept    bool // it is no trailer, and stays in the frame
}{
	{name: "none"},
	{
		name:    "all",
		trailer: trailer(item(1, u64(1<<63+5)), item(2, u32(1<<31+7)), item(3, []byte("hello"))),
		want:    &FrameMetadata{UserTimestamp: 1<<63 + 5, HasUserTimestamp: true, FrameID: 1<<31 + 7, HasFrameID: true, UserData: []byte("hello")},
	},
	{name: "zeros are not absent", trailer: trailer(item(1, u64(0)), item(2, u32(0)), item(3, nil)), want: &FrameMetadata{HasUserTimestamp: true, HasFrameID: true, UserData: []byte{}}},
	{name: "timestamp only", trailer: trailer(item(1, u64(9))), want: &FrameMetadata{UserTimestamp: 9, HasUserTimestamp: true}},
	{name: "longest user data", trailer: trailer(item(3, make([]byte, 248))), want: &FrameMetadata{UserData: make([]byte, 248)}},
	{name: "unknown tag", trailer: trailer(item(9, []byte("later")), item(2, u32(3))), want: &FrameMetadata{FrameID: 3, HasFrameID: true}},
	{name: "unknown size", trailer: trailer(item(1, u32(3)))},
	{name: "empty", trailer: trailer()},
	{name: "shorter than itself", trailer: []byte("\xffLKTS"), kept: true},
	{name: "items do not fit", trailer: trailer([]byte{0xfe, 0x00}), kept: true},
	{name: "half an item", trailer: trailer(item(1, u64(9)), []byte{0xfe}), kept: true},
}

func TestTrailerBecomesMetadata(t *testing.T) {
	for _, known := range recordings[:2] {
		for _, test := range trailerTests {
			t.Run(known.name+"/"+test.name, func(t *testing.T) {
				r := load(t, known.name)
				o := play(t, Config{Codec: r.codec, Latency: latency}, r.edited(func(_ int, p *timed) {
					if p.marker() {
						p.data = append(p.data, test.trailer...)
					}
				}).packets)
				if test.kept {
					for i := range r.frames {
						r.frames[i] = append(r.frames[i], test.trailer...)
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

func TestTrailerIsNotLongerThanTheFrame(t *testing.T) {
	for _, frame := range []string{"", "LKTS", "\x00LKTS", "\xf9LKTS", "a\xf8LKTS"} {
		if rest, items := cutTrailer([]byte(frame)); string(rest) != frame || items != nil {
			t.Errorf("%q: cut to %q and %q", frame, rest, items)
		}
	}
}

func TestTrailerInSEIBecomesMetadata(t *testing.T) {
	want := &FrameMetadata{UserTimestamp: 5, HasUserTimestamp: true, UserData: []byte("abc")}
	message := append(trailerUUID[:len(trailerUUID):len(trailerUUID)], trailer(item(1, u64(5)), item(3, []byte("abc")))...)
	tests := []struct {
		name string
		sei  []byte
		want *FrameMetadata
	}{
		{"alone", slices.Concat([]byte{6, 5, byte(len(message))}, message, []byte{0x80}), want},
		{"behind another message", slices.Concat([]byte{6, 1, 2, 9, 9, 5, byte(len(message))}, message, []byte{0x80}), want},
		{"another UUID", slices.Concat([]byte{6, 5, byte(len(message))}, make([]byte, 16), message[16:], []byte{0x80}), nil},
		{"cut short", slices.Concat([]byte{6, 5, byte(len(message))}, message[:20]), nil},
		{"endless number", []byte{6, 255, 255, 255}, nil},
		{"nothing", []byte{6}, nil},
	}
	sps, pps := []byte{0x67, 0x42, 0xc0, 0x1f, 0xe9}, []byte{0x68, 0xce}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// The parameter sets come with the first frame and are put in front of the second.
			stream := h264Stream([][][]byte{{sps, pps, idrSlice}, {test.sei, idrSlice}})
			o := play(t, Config{Codec: caps.H264}, stream)
			if len(o.units) != 2 {
				t.Fatalf("%d units", len(o.units))
			}
			if diff := cmp.Diff(test.want, o.units[1].Metadata); diff != "" {
				t.Errorf("metadata (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(annexB(sps, pps, test.sei, idrSlice), o.units[1].Data); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
		})
	}
}
