package video

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/caps"
)

// OBUs without their size, as they are sent, and with it, as they are delivered.
var (
	sequenceOBU = []byte{0x08, 0x00, 0x00}
	keyOBU      = []byte{0x30, 0x10, 0x11, 0x12}
	deltaOBU    = []byte{0x30, 0x30, 0x21}
	tilesOBU    = []byte{0x20, 0x31, 0x32} // a tile group
	headerOBU   = []byte{0x18, 0x30}
	layerOBU    = []byte{0x34, 0x08, 0x30, 0x41} // of spatial layer 1
)

// temporalUnit is a temporal delimiter and OBUs, each of which gets a size of one byte.
func temporalUnit(obus ...[]byte) []byte {
	unit := []byte{0x12, 0x00}
	for _, obu := range obus {
		header := 1
		if obu[0]&obuExtension != 0 {
			header = 2
		}
		unit = append(unit, obu[0]|obuHasSize)
		unit = append(unit, obu[1:header]...)
		unit = append(unit, byte(len(obu)-header))
		unit = append(unit, obu[header:]...)
	}
	return unit
}

// aggregate makes a payload of elements. The length of the last is left out if there are at most three, and flags tell
// of fragments.
func aggregate(flags byte, elements ...[]byte) []byte {
	payload := []byte{flags}
	if len(elements) <= 3 {
		payload[0] |= byte(len(elements)) << 4
	}
	for i, element := range elements {
		if len(elements) > 3 || i < len(elements)-1 {
			payload = append(payload, byte(len(element)))
		}
		payload = append(payload, element...)
	}
	return payload
}

func TestAV1TemporalUnits(t *testing.T) {
	const n, y, z = av1Sequence, av1Continued, av1Continues
	first := [][]byte{aggregate(n, sequenceOBU, keyOBU)} // a key frame to begin with
	firstUnit := temporalUnit(sequenceOBU, keyOBU)
	unit := temporalUnit(deltaOBU)
	delta := [][]byte{aggregate(0, deltaOBU)}
	withSize := []byte{0x32, 0x02, 0x30, 0x21}
	longSize := []byte{0x32, 0x82, 0x80, 0x00, 0x30, 0x21} // not in as few bytes as it takes
	big := append([]byte{0x30, 0x30}, bytes.Repeat([]byte{5}, 300)...)
	bigUnit := append([]byte{0x12, 0x00, 0x32, 0xad, 0x02}, big[1:]...)
	tests := []struct {
		name   string
		frames [][][]byte
		want   [][]byte
	}{
		{"one packet", [][][]byte{first, delta}, [][]byte{firstUnit, unit}},
		{"a packet each", [][][]byte{{aggregate(n, sequenceOBU), aggregate(0, keyOBU)}}, [][]byte{firstUnit}},
		{"lengths of all", [][][]byte{{aggregate(n, sequenceOBU, keyOBU, tilesOBU, tilesOBU)}}, [][]byte{temporalUnit(sequenceOBU, keyOBU, tilesOBU, tilesOBU)}},
		{"fragments", [][][]byte{first, {aggregate(y, deltaOBU[:1]), aggregate(z|y, deltaOBU[1:2]), aggregate(z, deltaOBU[2:])}}, [][]byte{firstUnit, unit}},
		{
			"fragments beside others",
			[][][]byte{first, {aggregate(y, headerOBU, tilesOBU[:2]), aggregate(z|y, tilesOBU[2:], tilesOBU, tilesOBU[:1]), aggregate(z, tilesOBU[1:])}},
			[][]byte{firstUnit, temporalUnit(headerOBU, tilesOBU, tilesOBU, tilesOBU)},
		},
		{"size of two bytes", [][][]byte{first, {aggregate(0, big)}}, [][]byte{firstUnit, bigUnit}},
		{"size of two bytes, fragments", [][][]byte{first, {aggregate(y, big[:100]), aggregate(z, big[100:])}}, [][]byte{firstUnit, bigUnit}},
		{"sizes are there already", [][][]byte{first, {aggregate(0, withSize)}, {aggregate(y, longSize[:3]), aggregate(z, longSize[3:])}}, [][]byte{firstUnit, unit, unit}},
		{"spatial layers", [][][]byte{first, {aggregate(0, deltaOBU), aggregate(0, layerOBU)}}, [][]byte{firstUnit, temporalUnit(deltaOBU, layerOBU)}},
		{"delimiters and tile lists are left out", [][][]byte{first, {aggregate(0, []byte{0x10}, deltaOBU, []byte{0x40, 1, 2})}}, [][]byte{firstUnit, unit}},
		{"elements of no length", [][][]byte{first, {aggregate(0, nil, deltaOBU, nil, nil)}}, [][]byte{firstUnit, unit}},
		{"key frame that is not announced", [][][]byte{{aggregate(0, sequenceOBU, keyOBU)}}, [][]byte{firstUnit}},
		{"announced key frame without a sequence header", [][][]byte{{aggregate(n, keyOBU)}, first}, [][]byte{firstUnit}},
		{"sequence header before a delta frame", [][][]byte{{aggregate(0, sequenceOBU, deltaOBU)}, first}, [][]byte{firstUnit}},
		{"sequence header alone is no frame", [][][]byte{first, {aggregate(0, sequenceOBU)}, delta}, [][]byte{firstUnit, unit}},
		// What is wrong costs the frames up to the next key frame.
		{"fragment without end", [][][]byte{first, {aggregate(y, deltaOBU)}, delta, first}, [][]byte{firstUnit, firstUnit}},
		{"fragment without start", [][][]byte{first, {aggregate(z, deltaOBU)}, delta, first}, [][]byte{firstUnit, firstUnit}},
		{"fragment that is not continued", [][][]byte{first, {aggregate(y, deltaOBU), aggregate(0, tilesOBU)}, first}, [][]byte{firstUnit, firstUnit}},
		{"nothing behind the header", [][][]byte{first, {{0x10}}, first}, [][]byte{firstUnit, firstUnit}},
		{"element cut short", [][][]byte{first, {{0x20, 9, 0x30, 0x30}}, first}, [][]byte{firstUnit, firstUnit}},
		{"endless length", [][][]byte{first, {{0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}, first}, [][]byte{firstUnit, firstUnit}},
		{"fewer elements than announced", [][][]byte{first, {{0x30, 3, 0x30, 0x30, 0x21}}, first}, [][]byte{firstUnit, firstUnit}},
		{"size past the end", [][][]byte{first, {aggregate(0, []byte{0x32, 9, 0x30})}, first}, [][]byte{firstUnit, firstUnit}},
		{"forbidden bit", [][][]byte{first, {aggregate(0, []byte{0xb0, 0x30})}, first}, [][]byte{firstUnit, firstUnit}},
		{"extension missing", [][][]byte{first, {aggregate(0, []byte{0x34})}, first}, [][]byte{firstUnit, firstUnit}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := play(t, Config{Codec: caps.AV1}, h264Stream(test.frames))
			var have [][]byte
			for _, u := range o.units {
				have = append(have, u.Data)
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("temporal units (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAV1TrailerInMetadata has the trailer where LiveKit's SDKs put it: in a metadata OBU of its own, behind the sequence
// header.
func TestAV1TrailerInMetadata(t *testing.T) {
	metadata := func(payload ...byte) []byte { return append([]byte{0x28, metadataTrailer}, payload...) }
	whole := trailer(item(1, u64(5)), item(2, u32(6)), item(3, []byte("abc")))
	want := &caps.FrameMetadata{UserTimestamp: new(uint64(5)), FrameID: new(uint32(6)), UserData: []byte("abc")}
	tests := []struct {
		name string
		obu  []byte
		want *caps.FrameMetadata
		kept bool
	}{
		{"trailer", metadata(whole...), want, false},
		{"no trailer", metadata(1, 2, 3), nil, true},
		{"cut short", metadata(whole[:len(whole)-1]...), nil, true},
		{"something before it", metadata(append([]byte{9}, whole...)...), want, true},
		{"another type", append([]byte{0x28, 4}, whole...), nil, true},
		{"no type", []byte{0x28, 0x80}, nil, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// In fragments, so that the unit moves.
			stream := h264Stream([][][]byte{{
				aggregate(av1Sequence|av1Continued, sequenceOBU, test.obu[:1]),
				aggregate(av1Continues, test.obu[1:], keyOBU),
			}})
			o := play(t, Config{Codec: caps.AV1}, stream)
			if len(o.units) != 1 {
				t.Fatalf("%d units", len(o.units))
			}
			obus := [][]byte{sequenceOBU, test.obu, keyOBU}
			if !test.kept {
				obus = slices.Delete(obus, 1, 2)
			}
			if diff := cmp.Diff(temporalUnit(obus...), o.units[0].Data); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want, o.units[0].Metadata); diff != "" {
				t.Errorf("metadata (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAV1EndsLikeATrailer has a frame whose own last bytes are those of a trailer, of which nothing may be cut off.
func TestAV1EndsLikeATrailer(t *testing.T) {
	frame := append(slices.Clone(deltaOBU), trailer(item(1, u64(5)))...)
	o := play(t, Config{Codec: caps.AV1}, h264Stream([][][]byte{{aggregate(av1Sequence, sequenceOBU, keyOBU)}, {aggregate(0, frame)}}))
	if len(o.units) != 2 || !bytes.Equal(o.units[1].Data, temporalUnit(frame)) || o.units[1].Metadata != nil {
		t.Errorf("units %+v", o.units)
	}
}

// TestAV1AgreesWithPion compares with pion's depacketizer, which gives no temporal delimiters, for packets of many sizes.
func TestAV1AgreesWithPion(t *testing.T) {
	for i, frame := range readFramed(t, "testdata/av1.frames") {
		for _, size := range []uint16{3, 17, 100, 141, 500, 2000} {
			var theirs codecs.AV1Depacketizer
			var ours av1
			var a, b []byte
			for _, payload := range (&codecs.AV1Payloader{}).Payload(size, frame) {
				data, err := theirs.Unmarshal(payload)
				if err != nil {
					t.Fatal(err)
				}
				a = append(a, data...)
				if b, err = ours.add(b, payload); err != nil {
					t.Fatalf("frame %d in packets of %d bytes: %v", i, size, err)
				}
			}
			f, err := ours.finish(b)
			if err != nil || !bytes.Equal(f.data, frame) || !bytes.Equal(a, frame[2:]) || f.key != (i%30 == 0) {
				t.Errorf("frame %d in packets of %d bytes differs, key frame %v, error %v", i, size, f.key, err)
			}
		}
	}
}
