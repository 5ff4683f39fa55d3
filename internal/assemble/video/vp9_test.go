package video

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// TestVP9LayersAreJoined sends vp9-svc in each form, and of it what a server sends.
func TestVP9LayersAreJoined(t *testing.T) {
	upTo := func(highest int) func(int, int) bool { return func(_, layer int) bool { return layer > highest } }
	selections := []struct {
		name    string
		dropped func(picture, layer int) bool
	}{
		{"all layers", nil},
		{"two layers", upTo(1)},
		{"one layer", upTo(0)},
		{"one, then all from a key frame on", func(picture, layer int) bool { return picture < 30 && layer > 0 }},
		{"all, then one", func(picture, layer int) bool { return picture > 12 && layer > 0 }},
		// A server that reads dependency descriptors sends layers only where they are referred to.
		{"all of key frames, then the highest", func(picture, layer int) bool { return picture%30 != 0 && layer < 2 }},
	}
	for _, form := range []vp9Form{{flexible: true}, {flexible: false}, {flexible: true, shortPicture: true, firstPicture: 100}} {
		for _, s := range selections {
			t.Run(s.name, func(t *testing.T) {
				form.dropped = s.dropped
				r := recording{codec: caps.VP9, frames: readFramed(t, "testdata/vp9-svc.frames")}
				r = packetized(r, form.payloads)
				r.frames = form.layersOf(r.frames)
				o := play(t, Config{Codec: caps.VP9, Config: rtp.Config{Latency: latency}}, r.packets)
				o.checkFrames(t, r, span(0, 59))
				for i, u := range o.units {
					if u.KeyFrame != (i%30 == 0) || u.Discont {
						t.Errorf("picture %d: KeyFrame %v, Discont %v", i, u.KeyFrame, u.Discont)
					}
				}
				if s.dropped != nil && s.dropped(1, 0) {
					return // pictures that do not begin with the lowest layer may have lost it
				}
				padded := r.padded(paddingForms[0].make)
				var lost []int
				for i, p := range padded.packets {
					if i > 0 && len(p.data) == 12 {
						lost = append(lost, i)
					}
				}
				o = play(t, Config{Codec: caps.VP9, Config: rtp.Config{Latency: latency}}, padded.without(lost...).packets)
				o.checkFrames(t, r, span(0, 59))
			})
		}
	}
}

// TestVP9LossOfAnyPacketIsNoticed loses each packet of pictures 9 to 12 in turn.
func TestVP9LossOfAnyPacketIsNoticed(t *testing.T) {
	r := load(t, "vp9-svc")
	first, _ := r.frameOf(9)
	_, last := r.frameOf(12)
	for lost := first; lost <= last; lost++ {
		o := play(t, Config{Codec: caps.VP9, Config: rtp.Config{Latency: latency}}, r.without(lost).packets)
		picture := 9 + slices.IndexFunc([]int{9, 10, 11, 12}, func(i int) bool {
			a, b := r.frameOf(i)
			return a <= lost && lost <= b
		})
		o.checkFrames(t, r, slices.Concat(span(0, picture-1), span(30, 59)))
	}
}

func TestVP9Units(t *testing.T) {
	const (
		i, p, l, f, b, e, v = 0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02
		key, delta, intra   = 0x82, 0x86, 0x84 // the first byte of frames: key, inter-coded and shown, hidden
	)
	first := [][]byte{{b | e, key, 1}} // a key frame to begin with
	firstUnit := []byte{key, 1}
	tests := []struct {
		name   string
		frames [][][]byte
		want   [][]byte
	}{
		{"one packet each", [][][]byte{first, {{p | b | e, delta, 2}}}, [][]byte{firstUnit, {delta, 2}}},
		{"three packets", [][][]byte{first, {{p | b, delta}, {p, 2}, {p | e, 3}}}, [][]byte{firstUnit, {delta, 2, 3}}},
		{"references", [][][]byte{first, {{p | f | b | e, 1<<1 | 1, 2<<1 | 1, 3 << 1, delta}}}, [][]byte{firstUnit, {delta}}},
		{"scalability structure", [][][]byte{{{v | b | e, 0x18, 0, 40, 0, 30, 2, 0x04, 1, 0x08, 1, 2, key}}}, [][]byte{{key}}},
		{"intra-only is no key frame", [][][]byte{{{b | e, intra}}, first}, [][]byte{firstUnit}},
		{"profile 3", [][][]byte{{{b | e, 0xb0}}, {{p | b | e, 0xb4}}}, [][]byte{{0xb0}, {0xb4}}},
		{"profile 3, intra-only", [][][]byte{{{b | e, 0xb4}}, first}, [][]byte{firstUnit}},
		{"an existing frame is no key frame", [][][]byte{{{b | e, 0x88}}, first}, [][]byte{firstUnit}},
		{"upper layer is no key frame", [][][]byte{{{l | f | b | e, 1 << 1, key}}, first}, [][]byte{firstUnit}},
		{
			"independent layers",
			[][][]byte{{{l | f | b | e, 0, key}, {l | f | b | e, 2 << 1, key, 7}}, {{l | p | f | b | e, 2 << 1, 1 << 1, delta}}},
			[][]byte{{key, key, 7, 0xc1, 1, 2, 0xc1}, {delta}},
		},
		// What is wrong costs the frames up to the next key frame.
		{"layer without the one below", [][][]byte{first, {{l | p | b | e, 0, 0, delta}, {l | p | b | e, 2<<1 | 1, 0, delta}}, first}, [][]byte{firstUnit, firstUnit}},
		{"upper layer alone", [][][]byte{first, {{l | p | b | e, 1<<1 | 1, 0, delta}}, first}, [][]byte{firstUnit, firstUnit}},
		{"layers out of order", [][][]byte{first, {{l | p | b | e, 2 << 1, 0, delta}, {l | p | b | e, 1 << 1, 0, delta}}, first}, [][]byte{firstUnit, firstUnit}},
		{"no end", [][][]byte{first, {{p | b, delta}}, first}, [][]byte{firstUnit, firstUnit}},
		{"no beginning", [][][]byte{first, {{p | e, delta}}, first}, [][]byte{firstUnit, firstUnit}},
		{"layer in a layer", [][][]byte{first, {{l | p | b, 0, 0, delta}, {l | p | e, 1 << 1, 0, delta}}, first}, [][]byte{firstUnit, firstUnit}},
		{"nothing behind the descriptor", [][][]byte{first, {{p | b | e}}, first}, [][]byte{firstUnit, firstUnit}},
		{"descriptor cut short", [][][]byte{first, {{i | p | b | e, 0x80}}, first}, [][]byte{firstUnit, firstUnit}},
		{"four references", [][][]byte{first, {{p | f | b | e, 3, 3, 3, 2, delta}}, first}, [][]byte{firstUnit, firstUnit}},
		{"sizes cut short", [][][]byte{first, {{v | p | b | e, 0xf0, 1, 2, 3}}, first}, [][]byte{firstUnit, firstUnit}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := play(t, Config{Codec: caps.VP9}, h264Stream(test.frames))
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

// TestVP9TrailersOfLayers puts a trailer behind the frame of each layer, as a publisher does.
func TestVP9TrailersOfLayers(t *testing.T) {
	r := load(t, "vp9-svc")
	end := trailer(item(1, u64(77)), item(3, []byte("svc")))
	r = r.edited(func(_ int, p *timed) {
		if d, err := parseVP9Descriptor(p.data[12:]); err != nil {
			t.Fatal(err)
		} else if d.ends {
			p.data = append(p.data, end...)
		}
	})
	o := play(t, Config{Codec: caps.VP9, Config: rtp.Config{Latency: latency}}, r.packets)
	o.checkFrames(t, r, span(0, 59))
	want := &caps.FrameMetadata{UserTimestamp: new(uint64(77)), UserData: []byte("svc")}
	for i, u := range o.units {
		if diff := cmp.Diff(want, u.Metadata); diff != "" {
			t.Fatalf("picture %d: metadata (-want +got):\n%s", i, diff)
		}
	}
}

// TestVP9AgreesWithPion compares descriptors with pion's, of which each packet needs a new one.
func TestVP9AgreesWithPion(t *testing.T) {
	for _, name := range []string{"vp9", "vp9-svc"} {
		for n, p := range load(t, name).packets {
			var theirs codecs.VP9Packet
			payload, err := theirs.Unmarshal(p.data[12:])
			if err != nil {
				t.Fatal(err)
			}
			ours, err := parseVP9Descriptor(p.data[12:])
			want := vp9Descriptor{
				begins: theirs.B, ends: theirs.E, inter: theirs.P, dependent: theirs.D,
				hasPicture: theirs.I, picture: theirs.PictureID, wide: theirs.I && p.data[13]&0x80 != 0,
				flexible: theirs.F, hasLayers: theirs.L, layer: theirs.SID, temporal: theirs.TID, switchUp: theirs.U,
				base: theirs.TL0PICIDX, count: len(theirs.PDiff), size: len(p.data) - 12 - len(payload),
			}
			copy(want.references[:], theirs.PDiff)
			if err != nil || ours != want {
				t.Errorf("%s: packet %d: %+v, %v, want %+v", name, n, ours, err, want)
			}
		}
	}
	// pion's own packets, of both modes.
	frame := readFramed(t, "testdata/vp9.frames")[0]
	for _, flexible := range []bool{false, true} {
		payloader := codecs.VP9Payloader{FlexibleMode: flexible}
		var v vp9
		v.reset()
		var unit []byte
		for _, payload := range payloader.Payload(100, frame) {
			var err error
			if unit, err = v.add(unit, payload); err != nil {
				t.Fatal(err)
			}
		}
		if f, err := v.finish(unit); err != nil || !f.key || !bytes.Equal(f.data, frame) {
			t.Errorf("flexible %v: key frame %v, error %v", flexible, f.key, err)
		}
	}
}
