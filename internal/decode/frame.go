package decode

/*
#include "chain.h"
*/
import "C"

import (
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Plane is one mapped plane of a frame: row y begins at y*Stride, and Data ends
// with the last row's pixels.
type Plane struct {
	Data   []byte
	Stride int // bytes from one row to the next; at least the row's own bytes
}

// Colorimetry is a GstVideoColorimetry, number for number; 0 is unknown.
type Colorimetry struct {
	Range, Matrix, Transfer, Primaries uint8
}

// Frame is one decoded picture in the decoder's own memory, mapped for reading.
type Frame struct {
	Type          caps.VideoBufferType
	Width, Height int // pixels
	PTS           time.Duration
	Colorimetry   Colorimetry // of YUV

	planes [4]Plane
	count  int
	c      *C.GstLivekitFrame
}

// newFrame takes c over.
func newFrame(c *C.GstLivekitFrame) *Frame {
	f := &Frame{
		Type:   caps.VideoBufferType(c._type),
		Width:  int(c.video.info.width),
		Height: int(c.video.info.height),
		PTS:    time.Duration(c.pts),
		Colorimetry: Colorimetry{
			Range:     uint8(c.video.info.colorimetry._range),
			Matrix:    uint8(c.video.info.colorimetry.matrix),
			Transfer:  uint8(c.video.info.colorimetry.transfer),
			Primaries: uint8(c.video.info.colorimetry.primaries),
		},
		count: int(c.n_planes),
		c:     c,
	}
	for i := range f.count {
		f.planes[i] = Plane{
			Data:   unsafe.Slice((*byte)(c.video.data[i]), c.plane_size[i]),
			Stride: int(c.video.info.stride[i]),
		}
	}
	return f
}

// Planes returns the mapped planes in the type's order. They are valid until
// Release.
func (f *Frame) Planes() []Plane {
	return f.planes[:f.count]
}

// Release unmaps the frame and gives its memory back to the decoder's pool. The
// planes must not be touched after it. It may be called once.
func (f *Frame) Release() {
	C.gst_livekit_frame_free(f.c)
	f.c = nil
	f.planes = [4]Plane{}
}
