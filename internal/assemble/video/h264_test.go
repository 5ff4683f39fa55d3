package video

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Slices whose first_mb_in_slice is 0 (a bit 1) and 1 (bits 010).
var (
	idrSlice    = []byte{0x65, 0x88, 0x11, 0x22}
	idrSecond   = []byte{0x65, 0x48, 0x33}
	deltaSlice  = []byte{0x41, 0x9a, 0x44}
	deltaSecond = []byte{0x41, 0x5a, 0x55}
	spsNAL      = []byte{0x67, 0x42, 0xc0, 0x1f, 0xe9, 0x01}
	ppsNAL      = []byte{0x68, 0xce, 0x01}
	audNAL      = []byte{0x09, 0x10}
)

// annexB joins NAL units to a byte stream.
func annexB(nals ...[]byte) (stream []byte) {
	for _, nal := range nals {
		stream = append(append(stream, 0, 0, 0, 1), nal...)
	}
	return stream
}

// stapA joins NAL units to the payload of a STAP-A.
func stapA(nals ...[]byte) []byte {
	payload := []byte{0x78}
	for _, nal := range nals {
		payload = append(binary.BigEndian.AppendUint16(payload, uint16(len(nal))), nal...)
	}
	return payload
}

// h264Stream makes a packet of each payload, a frame each 33 ms, the marker on its last packet.
func h264Stream(frames [][][]byte) (packets []timed) {
	sequence := uint16(100)
	for i, payloads := range frames {
		for j, payload := range payloads {
			header := []byte{0x80, 102, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
			binary.BigEndian.PutUint32(header[4:], uint32(i*3000))
			packets = append(packets, timed{time.Duration(i) * 33 * time.Millisecond, packetWith(header, sequence, j == len(payloads)-1, payload)})
			sequence++
		}
	}
	return packets
}

func TestH264AccessUnits(t *testing.T) {
	first := [][]byte{stapA(spsNAL, ppsNAL), idrSlice} // a key frame to begin with
	firstUnit := annexB(spsNAL, ppsNAL, idrSlice)
	otherSPS := []byte{0x67, 0x42, 0xc0, 0x1f, 0xe9, 0x02}
	otherPPS := []byte{0x68, 0xce, 0x02}
	secondPPS := []byte{0x68, 0x4e, 0x03} // pic_parameter_set_id 1
	tests := []struct {
		name   string
		frames [][][]byte
		want   [][]byte
	}{
		{"single NAL units", [][][]byte{{spsNAL, ppsNAL, idrSlice, idrSecond}}, [][]byte{annexB(spsNAL, ppsNAL, idrSlice, idrSecond)}},
		{"STAP-A of all", [][][]byte{{stapA(audNAL, spsNAL, ppsNAL, idrSlice, idrSecond)}}, [][]byte{annexB(audNAL, spsNAL, ppsNAL, idrSlice, idrSecond)}},
		{
			"FU-A",
			[][][]byte{first, {{0x5c, 0x81, 0x9a}, {0x5c, 0x01, 0x44}, {0x5c, 0x41, 0x45}, deltaSecond}},
			[][]byte{firstUnit, annexB([]byte{0x41, 0x9a, 0x44, 0x45}, deltaSecond)},
		},
		{"FU-A of one", [][][]byte{first, {{0x5c, 0xc1, 0x9a, 0x44}}}, [][]byte{firstUnit, annexB(deltaSlice)}},
		{"parameter sets lost their key frame", [][][]byte{first, {deltaSlice}, {idrSlice}}, [][]byte{firstUnit, annexB(deltaSlice), firstUnit}},
		{"behind a delimiter", [][][]byte{first, {audNAL, idrSlice}}, [][]byte{firstUnit, annexB(audNAL, spsNAL, ppsNAL, idrSlice)}},
		{"parameter sets are units of their own", [][][]byte{{spsNAL}, {ppsNAL}, {idrSlice}, {deltaSlice}}, [][]byte{firstUnit, annexB(deltaSlice)}},
		{"SPS only is sent again", [][][]byte{first, {spsNAL, idrSlice}}, [][]byte{firstUnit, annexB(spsNAL, ppsNAL, spsNAL, idrSlice)}},
		{"new parameter sets replace old", [][][]byte{first, {otherSPS, otherPPS}, {idrSlice}}, [][]byte{firstUnit, annexB(otherSPS, otherPPS, idrSlice)}},
		{"two PPS are kept", [][][]byte{first, {secondPPS}, {idrSlice}}, [][]byte{firstUnit, annexB(spsNAL, ppsNAL, secondPPS, idrSlice)}},
		{"key frame without any is useless", [][][]byte{{idrSlice}, {deltaSlice}, first}, [][]byte{firstUnit}},
		{"delimiter alone is no frame", [][][]byte{first, {audNAL}, {deltaSlice}}, [][]byte{firstUnit, annexB(deltaSlice)}},
		// What is wrong costs the frames up to the next key frame.
		{"FU-A without end", [][][]byte{first, {{0x5c, 0x81, 0x9a}}, {deltaSlice}, first}, [][]byte{firstUnit, firstUnit}},
		{"FU-A without start", [][][]byte{first, {{0x5c, 0x41, 0x9a}}, {deltaSlice}, first}, [][]byte{firstUnit, firstUnit}},
		{"FU-A in FU-A", [][][]byte{first, {{0x5c, 0x81, 0x9a}, {0x5c, 0x81, 0x9a}}, first}, [][]byte{firstUnit, firstUnit}},
		{"slice in FU-A", [][][]byte{first, {{0x5c, 0x81, 0x9a}, deltaSecond, {0x5c, 0x41, 0x9a}}, first}, [][]byte{firstUnit, firstUnit}},
		{"FU-A of one byte", [][][]byte{first, {{0x5c}}, first}, [][]byte{firstUnit, firstUnit}},
		{"STAP-A cut short", [][][]byte{first, {{0x78, 0, 9, 0x41}}, first}, [][]byte{firstUnit, firstUnit}},
		{"STAP-A with a byte too many", [][][]byte{first, {append(stapA(deltaSlice), 0)}, first}, [][]byte{firstUnit, firstUnit}},
		{"STAP-B", [][][]byte{first, {{0x79, 0, 0, 0, 1, 0x41}}, first}, [][]byte{firstUnit, firstUnit}},
		{"type 0", [][][]byte{first, {{0x00, 1}}, first}, [][]byte{firstUnit, firstUnit}},
		{"SPS too short", [][][]byte{{{0x67, 1}, ppsNAL, idrSlice}, first}, [][]byte{firstUnit}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := play(t, Config{Codec: caps.H264}, h264Stream(test.frames))
			var have [][]byte
			for _, u := range o.units {
				have = append(have, u.Data)
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("access units (-want +got):\n%s", diff)
			}
		})
	}
}

// TestH264KeyFrameThatMayHaveLostItsParameterSets loses what is in front of the second key frame. Only a publisher that
// never sent parameter sets there can be trusted not to have sent any.
func TestH264KeyFrameThatMayHaveLostItsParameterSets(t *testing.T) {
	first := [][]byte{spsNAL, ppsNAL, idrSlice}
	tests := []struct {
		name   string
		frames [][][]byte
		lost   int
		want   int
	}{
		{"sent each time", [][][]byte{first, {deltaSlice}, {spsNAL, ppsNAL, idrSlice}}, 4, 2},
		{"sent once", [][][]byte{{spsNAL, ppsNAL}, {idrSlice}, {deltaSlice}, {deltaSlice}, {idrSlice}}, 4, 3},
		{"slices lost", [][][]byte{{spsNAL, ppsNAL}, {idrSlice}, {deltaSlice}, {idrSlice, idrSecond, idrSecond}}, 4, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			packets := h264Stream(test.frames)
			packets = slices.Delete(packets, test.lost, test.lost+1)
			o := play(t, Config{Codec: caps.H264}, packets)
			if len(o.units) != test.want {
				t.Errorf("%d units, want %d: stats %+v", len(o.units), test.want, o.stats)
			}
		})
	}
}

// TestH264AgreesWithPion compares with pion's depacketizer, which works for whole streams.
func TestH264AgreesWithPion(t *testing.T) {
	for _, known := range recordings[1:3] {
		r := load(t, known.name)
		var theirs codecs.H264Packet
		var ours h264
		for i := range r.frames {
			ours.reset()
			first, last := r.frameOf(i)
			var a, b []byte
			for _, p := range r.packets[first : last+1] {
				data, err := theirs.Unmarshal(p.data[12:])
				if err != nil {
					t.Fatal(err)
				}
				a = append(a, data...)
				if b, err = ours.add(b, p.data[12:]); err != nil {
					t.Fatal(err)
				}
			}
			f, err := ours.finish(b)
			if err != nil || !bytes.Equal(a, f.data) {
				t.Errorf("%s: frame %d differs, error %v", known.name, i, err)
			}
		}
	}
}

func TestExpGolomb(t *testing.T) {
	tests := []struct {
		in []byte
		n  uint32
		ok bool
	}{
		{[]byte{0x80}, 0, true},
		{[]byte{0x40}, 1, true},
		{[]byte{0x60}, 2, true},
		{[]byte{0x20}, 3, true},
		{[]byte{0x00, 0x80, 0x80}, 256, true},
		{[]byte{0x00, 0x00, 0x00, 0x80}, 0, false},
		{[]byte{0x00}, 0, false},
		{nil, 0, false},
	}
	for _, test := range tests {
		if n, ok := expGolomb(test.in); n != test.n || ok != test.ok {
			t.Errorf("%x: %d, %v, want %d, %v", test.in, n, ok, test.n, test.ok)
		}
	}
}

func TestParameterSetsAreBounded(t *testing.T) {
	var s parameterSets
	for i := range 300 {
		// pic_parameter_set_id i in Exp-Golomb, left-aligned in 32 bits.
		n := uint32(i + 1)
		zeros := 0
		for m := n; m > 1; m >>= 1 {
			zeros++
		}
		nal := binary.BigEndian.AppendUint32([]byte{0x68}, n<<(31-2*zeros))
		if !s.keepPPS(nal) {
			t.Fatalf("PPS %d is not one", i)
		}
	}
	s.keepPPS(append([]byte{0x68, 0xce}, make([]byte, 10000)...))
	if len(s.pps) != maxParameterSets || len(s.pps[0].nal) > maxParameterSet {
		t.Errorf("%d kept, the first of %d bytes", len(s.pps), len(s.pps[0].nal))
	}
}

func TestUnitWithoutEndIsBounded(t *testing.T) {
	r, err := New(Config{Codec: caps.H264})
	if err != nil {
		t.Fatal(err)
	}
	r.packets.Start()
	r.assembly.deliver = func(*AccessUnit) error { return errors.New("delivered") }
	header := []byte{0x80, 102, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
	for i := range maxUnitSize/2000 + 10 {
		payload := stapA(spsNAL, ppsNAL, idrSlice)
		if i > 0 {
			payload = append([]byte{0x41}, make([]byte, 2000)...)
		}
		n := copy(r.packets.Buffer(), packetWith(header, uint16(i), false, payload))
		if err := r.packets.Receive(n, time.Duration(i)*time.Microsecond); err != nil {
			t.Fatal(err)
		}
	}
	if !r.assembly.unit.broken || len(r.assembly.unit.data) > maxUnitSize+len(r.packets.Buffer()) {
		t.Errorf("unit grew to %d bytes", len(r.assembly.unit.data))
	}
}
