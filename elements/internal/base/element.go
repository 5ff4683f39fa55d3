package base

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-pbutils-1.0
#include "border.h"
*/
import "C"

import (
	"unsafe"

	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// Element is the GObject half of a run, borrowed until the run has stopped.
type Element struct {
	c unsafe.Pointer // GstLivekitBaseSrc
}

// Pad is where what is received comes out.
func (e Element) Pad() chain.Pad {
	return chain.Pad{Bin: e.c, Ghost: unsafe.Pointer(C.gst_livekit_base_src_pad(C.gpointer(e.c)))}
}

func (e Element) pushEOS() { C.gst_livekit_base_src_push_eos(C.gpointer(e.c)) }

// Panicked implements guard.Owner: it is the element's error.
func (e Element) Panicked(err *guard.Error) {
	e.Logger().Error(err.Error(), "stack", string(err.Stack))
	e.postError(err)
}
