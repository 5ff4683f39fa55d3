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

// Frame is one decoded picture in the decoder's own memory, mapped for reading. Only one of its copies may be released.
type Frame struct {
	Type          caps.VideoBufferType
	Width, Height int // in pixels
	PTS           time.Duration
	Colorimetry   picture.Colorimetry // for YUV

	returned *returned
	c        *C.GstLivekitFrame // nil after Release
}

// types maps GstVideoFormats to LiveKit's types.
var types = sync.OnceValue(func() map[C.GstVideoFormat]caps.VideoBufferType {
	all := make(map[C.GstVideoFormat]caps.VideoBufferType)
	for _, t := range caps.Types() {
		name := C.CString(t.Format())
		all[C.gst_video_format_from_string(name)] = t
		C.free(unsafe.Pointer(name))
	}
	return all
})

// typeOf returns the type of a format, -1 if LiveKit has no such type.
func typeOf(format C.GstVideoFormat) caps.VideoBufferType {
	if t, ok := types()[format]; ok {
		return t
	}
	return -1
}

// newFrame takes ownership of c.
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

// Held reports whether f has a frame that was not released.
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

// Release unmaps the frame and returns its memory to the decoder's pool: at once or, for one frame per chain at a time,
// when the next unit is pushed, before the decoder needs memory for it. The planes must not be used afterwards. It may
// be called once, also after Close of the chain.
func (f *Frame) Release() {
	if !f.returned.give(f.c) {
		C.gst_livekit_frame_free(f.c)
	}
	f.c = nil
}

// returned holds at most one released frame, which the next call into C frees.
type returned struct {
	frame atomic.Pointer[C.GstLivekitFrame]
}

// refused marks a returned that accepts no more frames.
var refused C.GstLivekitFrame

// give reports whether the frame was accepted.
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

// close frees the frame and accepts no more.
func (r *returned) close() {
	if f := r.frame.Swap(&refused); f != nil && f != &refused {
		C.gst_livekit_frame_free(f)
	}
}
