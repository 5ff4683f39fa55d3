package main

import (
	"github.com/gst-livekit/gst-livekit/bench/record"
	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/stream"
)

// readPicture reads the time in a frame from the 64 pixels that it is in: from the luma, or from the green of a pixel.
func readPicture(frame *stream.VideoFrame) int64 {
	step, offset := 1, 0
	switch frame.Type {
	case caps.RGBA, caps.BGRA:
		step, offset = 4, 1
	case caps.ABGR, caps.ARGB:
		step, offset = 4, 2
	case caps.RGB24:
		step, offset = 3, 1
	case caps.I010:
		return record.Unreadable
	default: // luma comes first, a byte for each pixel
	}
	plane := frame.Planes()[0]
	value, ok := testpicture.ReadFunc(frame.Width, testpicture.BandRows(frame.Height), func(x, y int) uint8 {
		return plane.Data[y*plane.Stride+x*step+offset]
	})
	if !ok {
		return record.Unreadable
	}
	return int64(value)
}
