package chain

/*
#include <stdlib.h>
#include "chain.h"
*/
import "C"

import (
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// Frame is one decoded picture in the decoder's own memory, mapped for reading. Of
// its copies one is to be released.
type Frame struct {
	Type          caps.VideoBufferType
	Width, Height int // pixels
	PTS           time.Duration
	Colorimetry   picture.Colorimetry // of YUV

	returned *returned
	c        *C.GstLivekitFrame // nil after Release
}

// types are those of GstVideoFormats.
var types = sync.OnceValue(func() map[C.GstVideoFormat]caps.VideoBufferType {
	all := make(map[C.GstVideoFormat]caps.VideoBufferType)
	for _, t := range caps.Types() {
		name := C.CString(t.Format())
		all[C.gst_video_format_from_string(name)] = t
		C.free(unsafe.Pointer(name))
	}
	return all
})

// typeOf is the type of a format, -1 if it is none of LiveKit's.
func typeOf(format C.GstVideoFormat) caps.VideoBufferType {
	if t, ok := types()[format]; ok {
		return t
	}
	return -1
}

// newFrame takes c over.
func newFrame(chain *Chain, c *C.GstLivekitFrame) Frame {
	return Frame{
		Type:   typeOf(c.video.info.finfo.format),
		Width:  int(c.video.info.width),
		Height: int(c.video.info.height),
		PTS:    time.Duration(c.pts),
		Colorimetry: picture.Colorimetry{
			Range:     uint8(c.video.info.colorimetry._range),
			Matrix:    uint8(c.video.info.colorimetry.matrix),
			Transfer:  uint8(c.video.info.colorimetry.transfer),
			Primaries: uint8(c.video.info.colorimetry.primaries),
		},
		returned: &chain.returned,
		c:        c,
	}
}

// Held reports whether there is a frame that has not been released.
func (f *Frame) Held() bool { return f.c != nil }

// PlaneCount returns how many planes the frame has.
func (f *Frame) PlaneCount() int { return int(f.c.n_planes) }

// Plane returns a mapped plane, in the type's order. It is valid until Release.
func (f *Frame) Plane(i int) picture.Plane {
	return picture.Plane{
		Data:   unsafe.Slice((*byte)(f.c.video.data[i]), f.c.plane_size[i]),
		Stride: int(f.c.video.info.stride[i]),
	}
}

// Release unmaps the frame and gives its memory back to the decoder's pool: at once,
// or if it is the only such frame of its chain, when the next unit is pushed, before
// the decoder needs memory for it. The planes must not be touched after it. It may
// be called once, also after Close of the chain.
func (f *Frame) Release() {
	if !f.returned.give(f.c) {
		C.gst_livekit_frame_free(f.c)
	}
	f.c = nil
}

// returned is at most one frame that was released, and that the next call into C frees on
// its way.
type returned struct {
	frame atomic.Pointer[C.GstLivekitFrame]
}

// refused is in the place of a frame when none is taken any more.
var refused C.GstLivekitFrame

// give reports whether the frame was taken.
func (r *returned) give(f *C.GstLivekitFrame) bool {
	return r.frame.CompareAndSwap(nil, f)
}

// take returns the frame, for the caller to free, or nil.
func (r *returned) take() *C.GstLivekitFrame {
	f := r.frame.Load()
	if f == nil || f == &refused || !r.frame.CompareAndSwap(f, nil) {
		return nil
	}
	return f
}

// close frees the frame and takes no further one.
func (r *returned) close() {
	if f := r.frame.Swap(&refused); f != nil && f != &refused {
		C.gst_livekit_frame_free(f)
	}
}
