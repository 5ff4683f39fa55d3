package testpicture_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

func FuzzReadGivesWhatDrawDrew(f *testing.F) {
	f.Add(uint32(0), uint16(1280), uint16(720), uint8(0))
	f.Add(uint32(0xffffffff), uint16(160), uint16(90), uint8(32))
	f.Add(uint32(0x01020304), uint16(32), uint16(23), uint8(1))
	f.Add(uint32(3), uint16(49), uint16(274), uint8(227)) // blocks of one and two columns
	f.Fuzz(func(t *testing.T, value uint32, width, height uint16, padding uint8) {
		w, h := int(width)%2048, int(height)%2048
		stride := w + int(padding)
		luma := make([]byte, stride*h)
		testpicture.Draw(luma, stride, w, h, value)
		got, ok := testpicture.Read(luma, stride, w, h)
		possible := w >= testpicture.Blocks && testpicture.BandRows(h) >= 1
		if ok != possible || ok && got != value {
			t.Errorf("%dx%d, stride %d: Read gave %#x, %v, want %#x, %v", w, h, stride, got, ok, value, possible)
		}
	})
}

func FuzzReadOfAnythingNeverPanics(f *testing.F) {
	f.Add([]byte("luma"), 2, 2, 2)
	f.Add(make([]byte, 4096), 64, 64, 64)
	f.Fuzz(func(_ *testing.T, luma []byte, stride, width, height int) {
		testpicture.Read(luma, stride%4096, width%4096, height%4096)
	})
}
