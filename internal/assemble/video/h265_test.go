package video

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/caps"
)

// NAL units as x265 makes them, the slices cut short. The first bit behind the header of a slice is
// first_slice_segment_in_pic_flag.
var (
	vps265      = []byte{0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x04, 0x08, 0x00, 0x00, 0x03, 0x00, 0x98}
	sps265      = spsOfH265(0, 0)
	pps265      = []byte{0x44, 0x01, 0xc0, 0x70, 0x30, 0x60, 0x21, 0x20}
	aud265      = []byte{0x46, 0x01, 0x10}
	idr265      = []byte{0x28, 0x01, 0xac, 0x2e, 0x89}
	idr2nd265   = []byte{0x28, 0x01, 0x2c, 0x33}
	cra265      = []byte{0x2a, 0x01, 0xac, 0x78, 0xf5}
	rasl265     = []byte{0x12, 0x01, 0xd0, 0x09}
	delta265    = []byte{0x02, 0x01, 0xd0, 0x09, 0x78}
	delta2nd265 = []byte{0x02, 0x01, 0x54, 0x80}
)

// spsOfH265 makes an SPS with an ID below 3 and sub-layers that have a profile and a level each.
func spsOfH265(id byte, subLayers int) []byte {
	general := []byte{0x01, 0x04, 0x08, 0, 0, 0, 0x98, 0x08, 0, 0, 0, 0x3c}
	rbsp := append([]byte{byte(subLayers)<<1 | 1}, general...)
	if subLayers > 0 {
		rbsp = append(rbsp, 0xff<<(8-2*min(subLayers, 4))&0xff, 0xff<<(16-2*max(subLayers, 4))&0xff)
		for range subLayers {
			rbsp = append(rbsp, general...)
		}
	}
	rbsp = append(rbsp, []byte{0x90, 0x50, 0x70}[id], 0x02, 0x84, 0x04) // ue(0), ue(1), ue(2)
	return append([]byte{0x42, 0x01}, escaped(rbsp)...)
}

// ap265 joins NAL units to the payload of an aggregation packet.
func ap265(nals ...[]byte) []byte {
	payload := []byte{0x60, 0x01}
	for _, nal := range nals {
		payload = append(binary.BigEndian.AppendUint16(payload, uint16(len(nal))), nal...)
	}
	return payload
}

func TestH265AccessUnits(t *testing.T) {
	first := [][]byte{ap265(vps265, sps265, pps265), idr265} // a key frame to begin with
	firstUnit := annexB(vps265, sps265, pps265, idr265)
	otherSPS := append(sps265[:len(sps265):len(sps265)], 0x55)
	secondSPS := spsOfH265(1, 0)
	delta, unit := delta265, annexB(delta265)
	enhancement := []byte{0x02, 0x09, 0xd0, 0x11} // nuh_layer_id 1
	enhancementSPS := append([]byte{0x42, 0x09}, otherSPS[2:]...)
	tests := []struct {
		name   string
		frames [][][]byte
		want   [][]byte
	}{
		{"single NAL units", [][][]byte{{vps265, sps265, pps265, idr265, idr2nd265}}, [][]byte{annexB(vps265, sps265, pps265, idr265, idr2nd265)}},
		{"aggregation packet of all", [][][]byte{{ap265(aud265, vps265, sps265, pps265, idr265)}}, [][]byte{annexB(aud265, vps265, sps265, pps265, idr265)}},
		{
			"fragmentation units",
			[][][]byte{first, {{0x62, 0x01, 0x81, 0xd0}, {0x62, 0x01, 0x01, 0x09}, {0x62, 0x01, 0x41, 0x78}, delta2nd265}},
			[][]byte{firstUnit, annexB(delta265, delta2nd265)},
		},
		{
			"of a layer and sub-layer",
			[][][]byte{first, {delta, {0x63, 0x0a, 0x81, 0xd0}, {0x63, 0x0a, 0x41, 0x09}}},
			[][]byte{firstUnit, annexB(delta, []byte{0x03, 0x0a, 0xd0, 0x09})},
		},
		{"parameter sets lost their key frame", [][][]byte{first, {delta}, {idr265}}, [][]byte{firstUnit, unit, firstUnit}},
		{"before a CRA picture", [][][]byte{first, {delta}, {cra265}}, [][]byte{firstUnit, unit, annexB(vps265, sps265, pps265, cra265)}},
		{"behind a delimiter", [][][]byte{first, {aud265, idr265}}, [][]byte{firstUnit, annexB(aud265, vps265, sps265, pps265, idr265)}},
		{"parameter sets are units of their own", [][][]byte{{vps265}, {sps265}, {pps265}, {idr265}, {delta}}, [][]byte{firstUnit, unit}},
		{"new parameter sets replace old", [][][]byte{first, {otherSPS, pps265}, {idr265}}, [][]byte{firstUnit, annexB(vps265, otherSPS, pps265, idr265)}},
		{"two SPS are kept", [][][]byte{first, {secondSPS, pps265}, {idr265}}, [][]byte{firstUnit, annexB(vps265, sps265, secondSPS, pps265, idr265)}},
		{"those of another layer are not kept", [][][]byte{first, {enhancementSPS, delta, enhancement}, {idr265}}, [][]byte{firstUnit, annexB(enhancementSPS, delta, enhancement), firstUnit}},
		{"key frame without a VPS is useless", [][][]byte{{sps265, pps265, idr265}, {delta}, first}, [][]byte{firstUnit}},
		{"CRA picture to begin with", [][][]byte{{vps265, sps265, pps265, cra265}, {rasl265}, {delta}}, [][]byte{annexB(vps265, sps265, pps265, cra265), unit}},
		{"CRA picture in the stream", [][][]byte{first, {cra265}, {rasl265}, {delta}}, [][]byte{firstUnit, annexB(vps265, sps265, pps265, cra265), annexB(rasl265), unit}},
		{"delimiter alone is no frame", [][][]byte{first, {aud265}, {delta}}, [][]byte{firstUnit, unit}},
		// What is wrong costs the frames up to the next key frame.
		{"fragment without end", [][][]byte{first, {{0x62, 0x01, 0x81, 0xd0}}, {delta}, first}, [][]byte{firstUnit, firstUnit}},
		{"fragment without start", [][][]byte{first, {{0x62, 0x01, 0x41, 0xd0}}, {delta}, first}, [][]byte{firstUnit, firstUnit}},
		{"fragment in a fragment", [][][]byte{first, {{0x62, 0x01, 0x81, 0xd0}, {0x62, 0x01, 0x81, 0xd0}}, first}, [][]byte{firstUnit, firstUnit}},
		{"slice in a fragment", [][][]byte{first, {{0x62, 0x01, 0x81, 0xd0}, delta2nd265, {0x62, 0x01, 0x41, 0xd0}}, first}, [][]byte{firstUnit, firstUnit}},
		{"header only", [][][]byte{first, {{0x62, 0x01}}, first}, [][]byte{firstUnit, firstUnit}},
		{"aggregation cut short", [][][]byte{first, {{0x60, 0x01, 0, 9, 0x02, 0x01}}, first}, [][]byte{firstUnit, firstUnit}},
		{"aggregation with a byte too many", [][][]byte{first, {append(ap265(delta), 0)}, first}, [][]byte{firstUnit, firstUnit}},
		{"PACI", [][][]byte{first, {{0x64, 0x01, 0, 0, 1}}, first}, [][]byte{firstUnit, firstUnit}},
		{"SPS cut short", [][][]byte{{vps265, sps265[:14], pps265, idr265}, first}, [][]byte{firstUnit}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := play(t, Config{Codec: caps.H265}, h264Stream(test.frames))
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

// TestH265LeadingPicturesAfterLossAreDropped loses the frame before a CRA picture, which the RASL picture behind it
// refers to. The trailing picture does not.
func TestH265LeadingPicturesAfterLossAreDropped(t *testing.T) {
	packets := h264Stream([][][]byte{{vps265, sps265, pps265, idr265}, {delta265}, {vps265, sps265, pps265, cra265}, {rasl265}, {delta265}, {vps265, sps265, pps265, cra265}, {rasl265}})
	packets = append(packets[:4], packets[5:]...)
	o := play(t, Config{Codec: caps.H265}, packets)
	cra := annexB(vps265, sps265, pps265, cra265)
	var have [][]byte
	for i, u := range o.units {
		have = append(have, u.Data)
		if u.Discont != (i == 1) {
			t.Errorf("unit %d: Discont %v", i, u.Discont)
		}
	}
	if diff := cmp.Diff([][]byte{annexB(vps265, sps265, pps265, idr265), cra, annexB(delta265), cra, annexB(rasl265)}, have); diff != "" {
		t.Errorf("access units (-want +got):\n%s", diff)
	}
}

// TestH265KeyFrameThatMayHaveLostItsParameterSets is as for H.264.
func TestH265KeyFrameThatMayHaveLostItsParameterSets(t *testing.T) {
	for _, kind := range []int{0, 1, 2} {
		packets := h264Stream([][][]byte{{vps265, sps265, pps265, idr265}, {delta265}, {vps265, sps265, pps265, idr265}})
		lost := 5 + kind
		packets = append(packets[:lost], packets[lost+1:]...)
		if o := play(t, Config{Codec: caps.H265}, packets); len(o.units) != 2 {
			t.Errorf("packet %d lost: %d units, stats %+v", lost, len(o.units), o.stats)
		}
	}
}

func TestH265SPSHasItsIDBehindSubLayers(t *testing.T) {
	for id := range byte(3) {
		for subLayers := range 7 {
			var s parameterSets
			nal := spsOfH265(id, subLayers)
			if !s.keepSPS(nal, readH265SPS).known || s.sps[0].id != uint32(id) {
				t.Errorf("ID %d with %d sub-layers: %+v", id, subLayers, s.sps)
			}
			for n := range nal[:len(nal)-4] {
				if s.keepSPS(nal[:n], readH265SPS).known {
					t.Errorf("%d of %d bytes are enough", n, len(nal))
				}
			}
		}
	}
}

// TestH265AgreesWithPion compares with pion's depacketizer, which works for whole streams.
func TestH265AgreesWithPion(t *testing.T) {
	for _, name := range []string{"h265", "h265-single"} {
		r := load(t, name)
		var theirs codecs.H265Depacketizer
		for i, frame := range r.frames {
			first, last := r.frameOf(i)
			var stream []byte
			for _, p := range r.packets[first : last+1] {
				data, err := theirs.Unmarshal(p.data[12:])
				if err != nil {
					t.Fatal(err)
				}
				stream = append(stream, data...)
			}
			if diff := cmp.Diff(frame, withLongStartCodes(stream)); diff != "" {
				t.Errorf("%s: frame %d (-encoder +pion):\n%s", name, i, diff)
			}
		}
	}
}
