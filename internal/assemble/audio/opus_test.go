package audio

import (
	"bytes"
	"testing"
	"time"
)

// TestOpusDurations has the table of RFC 6716 section 3.1.
func TestOpusDurations(t *testing.T) {
	us := func(all ...int) (d []time.Duration) {
		for _, n := range all {
			d = append(d, time.Duration(n)*time.Microsecond)
		}
		return d
	}
	silk, hybrid, celt := us(10000, 20000, 40000, 60000), us(10000, 20000), us(2500, 5000, 10000, 20000)
	var want []time.Duration
	for _, part := range [][]time.Duration{silk, silk, silk, hybrid, hybrid, celt, celt, celt, celt} {
		want = append(want, part...)
	}
	if len(want) != 32 {
		t.Fatalf("%d configurations", len(want))
	}
	for config, frame := range want {
		toc := byte(config << 3)
		packets := map[int][][]byte{ // by number of frames
			1: {{toc, 1, 2, 3}, {toc}, {toc | 3, 1, 1, 2, 3}, {toc | 3, 1 | 0x80, 1, 2, 3}, {toc | 3, 1 | 0x40, 2, 1, 0, 0}},
			2: {{toc | 1, 1, 2, 3, 4}, {toc | 1}, {toc | 2, 1, 9, 8, 7}, {toc | 2, 0}, append([]byte{toc | 2, 252, 1}, make([]byte, 300)...), {toc | 3, 2, 1, 2, 3, 4}},
			3: {{toc | 3, 3, 1, 2, 3, 4, 5, 6}, {toc | 3, 3 | 0x80, 1, 2, 9, 8, 8, 7, 7}, {toc | 3, 3 | 0xc0, 1, 1, 2, 9, 8, 8, 7, 7, 0}},
			6: {append([]byte{toc | 3, 6 | 0x40, 255, 3}, make([]byte, 12+254+3)...)},
		}
		for count, all := range packets {
			for _, packet := range all {
				duration, silent, ok := readOpus(packet)
				if expected := time.Duration(count) * frame; expected > 120*time.Millisecond {
					if ok {
						t.Errorf("% x of %v is accepted", packet[:2], expected)
					}
				} else if !ok || duration != expected {
					t.Errorf("% x: %v, %v, want %v", packet, duration, ok, expected)
				}
				if short := len(packet) <= 3; ok && short && !silent {
					t.Errorf("% x is not silent", packet)
				}
			}
		}
	}
}

func TestMalformedOpusIsRefused(t *testing.T) {
	for name, packet := range map[string][]byte{
		"nothing":                       {},
		"an odd number of bytes":        {0xf9, 1, 2, 3},
		"no length":                     {0xfa},
		"half a length":                 {0xfa, 252},
		"a length beyond the end":       {0xfa, 3, 1, 2},
		"no number of frames":           {0xfb},
		"no frames":                     {0xfb, 0x80, 1},
		"49 frames of 2.5 ms":           append([]byte{0x83, 49}, make([]byte, 49)...),
		"no length of padding":          {0xfb, 0x41},
		"half a length of padding":      {0xfb, 0x41, 255},
		"padding beyond the end":        {0xfb, 0x41, 5, 1, 2},
		"endless padding":               append([]byte{0xfb, 0x41}, bytes.Repeat([]byte{255}, 400)...),
		"frames of unequal lengths":     {0xfb, 2, 1, 2, 3},
		"a length of VBR is missing":    {0xfb, 0x83, 1},
		"lengths of VBR beyond the end": {0xfb, 0x82, 7, 1, 2},
		"a frame of 1276 bytes":         append([]byte{0xf8}, make([]byte, 1276)...),
		"two frames of 1276 bytes":      append([]byte{0xf9}, make([]byte, 2552)...),
	} {
		if duration, _, ok := readOpus(packet); ok {
			t.Errorf("%s: accepted, with %v", name, duration)
		}
	}
	if duration, _, ok := readOpus(append([]byte{0x83, 48}, make([]byte, 48)...)); !ok || duration != 120*time.Millisecond {
		t.Errorf("48 frames of 2.5 ms: %v, %v", duration, ok)
	}
}

func TestSilentPackets(t *testing.T) {
	for _, test := range []struct {
		packet []byte
		silent bool
	}{
		{[]byte{0xf8, 0xff, 0xfe}, true},
		{[]byte{0xfc, 0xff, 0xfe}, true}, // stereo
		{[]byte{0x78, 0xff, 0xfe}, false},
		{[]byte{0xf8, 0xff, 0xfd}, false},
		{[]byte{0xf8, 0xff, 0xfe, 0}, false},
		{[]byte{0x58}, true},
		{[]byte{0x58, 7}, true},
		{[]byte{0x0b, 3}, true},
		{[]byte{0x0b, 0x83, 0, 1, 9}, true},
		{[]byte{0x0b, 0x83, 0, 2, 9, 9}, false},
		{blankOpus, false},
	} {
		if _, silent, ok := readOpus(test.packet); !ok || silent != test.silent {
			t.Errorf("% x: silent %v, %v, want %v", test.packet, silent, ok, test.silent)
		}
	}
}

func TestStereo(t *testing.T) {
	for packet, want := range map[string]bool{"": false, "\xf8\x01": false, "\xfc\x01": true, "\x04": true, "\xfb\x04": false} {
		if got := Stereo([]byte(packet)); got != want {
			t.Errorf("Stereo(% x) = %v", packet, got)
		}
	}
}
