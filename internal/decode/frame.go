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

// Plane is one mapped plane of a frame: Data holds Stride bytes for each row, and
// the pixels of a row come first in it.
type Plane struct {
	Data   []byte
	Stride int // bytes from one row to the next; at least the row's own bytes
}

// Frame is one decoded picture in the decoder's own memory, mapped for reading.
type Frame struct {
	Type          caps.VideoBufferType
	Width, Height int // pixels
	PTS           time.Duration

	planes [4]Plane
	count  int
	c      *C.GstLivekitFrame
}

// newFrame takes c over. It returns nil for a frame that is none of the eleven
// types, which the chain's own caps exclude.
func newFrame(c *C.GstLivekitFrame) *Frame {
	f := &Frame{
		Type:   caps.VideoBufferType(c._type),
		Width:  int(c.video.info.width),
		Height: int(c.video.info.height),
		PTS:    time.Duration(c.pts),
		c:      c,
	}
	layout, err := f.Type.Layout(f.Width, f.Height)
	if err != nil {
		C.gst_livekit_frame_free(c)
		return nil
	}
	f.count = len(layout.Planes)
	for i, p := range layout.Planes {
		stride := int(c.video.info.stride[i])
		// The last row may end before its padding does.
		size := stride*(p.Height-1) + p.Width
		f.planes[i] = Plane{Data: unsafe.Slice((*byte)(c.video.data[i]), size), Stride: stride}
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
