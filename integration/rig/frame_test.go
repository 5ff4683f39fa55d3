package rig_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// nv12 is the known picture in NV12, as GStreamer lays it out.
func nv12(t *testing.T, width, height int, value uint32) []byte {
	t.Helper()
	known := testpicture.Known(width, height, rig.Matrix(height), value)
	layout, err := caps.NV12.GStreamerLayout(width, height)
	if err != nil {
		t.Fatal(err)
	}
	data := make([]byte, layout.Size)
	for y := range height {
		copy(data[y*layout.Planes[0].Stride:], known.Y[y*known.YStride:][:width])
	}
	for y := range (height + 1) / 2 {
		row := data[layout.Planes[1].Offset+y*layout.Planes[1].Stride:]
		for x := range (width + 1) / 2 {
			row[2*x], row[2*x+1] = known.Cb[y*known.CStride+x], known.Cr[y*known.CStride+x]
		}
	}
	return data
}

func TestFrameReadsTheKnownPicture(t *testing.T) {
	for _, width := range []int{rig.Width, 322, 721} {
		f := rig.Frame{Info: caps.VideoInfo{Type: caps.NV12, Width: width, Height: 577}, Data: nv12(t, width, 577, 123456)}
		rig.CheckColours(t, f)
		if value, err := f.Time(); err != nil || value != 123456 {
			t.Errorf("a picture of %d pixels width says %d, %v", width, value, err)
		}
	}
}

func TestFrameRefusesDataOfAnotherSize(t *testing.T) {
	f := rig.Frame{Info: caps.VideoInfo{Type: caps.I420, Width: 320, Height: 180}, Data: make([]byte, 1000)}
	if _, err := f.Time(); err == nil {
		t.Error("no error")
	}
}
