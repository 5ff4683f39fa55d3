package chain

/*
#include <stdlib.h>
#include "downstream.h"
#include "want.h"
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// Pad is an element's source pad for a chain's output.
type Pad struct {
	Bin   unsafe.Pointer // GstBin: the chain is added to it and follows its state and clock
	Ghost unsafe.Pointer // GstGhostPad of that bin
}

func (p Pad) downstream() *C.GstLivekitDownstream {
	return C.gst_livekit_downstream_of((*C.GstPad)(p.Ghost))
}

// WantsUntouched reports whether downstream of the pad currently prefers a codec's encoded stream to raw video.
func (p Pad) WantsUntouched(codec caps.Codec) bool {
	mediaType := C.CString(codec.MediaType())
	defer C.free(unsafe.Pointer(mediaType))
	taken := C.gst_livekit_downstream_ask(p.downstream())
	defer C.gst_caps_unref(taken)
	return C.gst_livekit_want((*C.GstPad)(p.Ghost), taken, mediaType) == C.GST_LIVEKIT_WANT_UNTOUCHED
}

// LeadsToMuxer reports whether what leaves the pad reaches a muxer, also through encoders.
func (p Pad) LeadsToMuxer() bool { return C.gst_livekit_leads_to_muxer((*C.GstPad)(p.Ghost)) != 0 }

// IsOpen reports whether downstream accepts data: the pad is linked, and no data waits because it is blocked.
func (p Pad) IsOpen() bool { return C.gst_livekit_downstream_is_open(p.downstream()) != 0 }

// Size returns the largest picture that downstream accepts, in pixels; 0 is any.
func (p Pad) Size() (width, height int) {
	var w, h C.gint
	C.gst_livekit_downstream_size(p.downstream(), &w, &h)
	return int(w), int(h)
}

// watcher is the target of a C handle.
type watcher struct {
	owner   guard.Owner
	changed func()
}

// Watch calls changed when the caps that downstream accepts may have changed, until stop is called. It is called on any
// thread, even while stop runs, and must not block. A pad has one watcher at a time. owner is notified if changed
// panics.
func (p Pad) Watch(owner guard.Owner, changed func()) (stop func()) {
	handle := cgo.NewHandle(&watcher{owner, changed})
	C.gst_livekit_downstream_watch(p.downstream(), C.uintptr_t(handle))
	return func() {
		C.gst_livekit_downstream_watch(p.downstream(), 0)
		handle.Delete()
	}
}

// withWatcher calls f with a watcher, unless it was stopped.
func withWatcher(place string, handle C.uintptr_t, f func(w *watcher)) {
	if w, ok := guard.Value[*watcher](cgo.Handle(handle)); ok {
		guard.Do(place, w.owner, func() { f(w) })
	}
}

//export livekitChainDownstreamChanged
func livekitChainDownstreamChanged(handle C.uintptr_t) {
	withWatcher("chain: downstream changed", handle, func(w *watcher) { w.changed() })
}
