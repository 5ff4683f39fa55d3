package chain

/*
#include <stdlib.h>
#include "downstream.h"
#include "video_want.h"
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// Pad names the element whose source pad shows a chain's frames.
type Pad struct {
	Bin   unsafe.Pointer // GstBin: the chain is added to it and follows its state and clock
	Ghost unsafe.Pointer // GstGhostPad of that bin
}

func (p Pad) downstream() *C.GstLivekitDownstream {
	return C.gst_livekit_downstream_of((*C.GstPad)(p.Ghost))
}

// WantsUntouched reports whether downstream of the pad, at the moment, wants a
// codec's stream and not pictures.
func (p Pad) WantsUntouched(codec caps.Codec) bool {
	mediaType := C.CString(codec.MediaType())
	defer C.free(unsafe.Pointer(mediaType))
	taken := C.gst_livekit_downstream_ask(p.downstream())
	defer C.gst_caps_unref(taken)
	return C.gst_livekit_want((*C.GstPad)(p.Ghost), taken, mediaType) == C.GST_LIVEKIT_WANT_UNTOUCHED
}

// IsOpen reports whether somebody takes what the pad gives: it is linked, and nothing waits because it is blocked.
func (p Pad) IsOpen() bool { return C.gst_livekit_downstream_is_open(p.downstream()) != 0 }

// Size is the largest picture that downstream takes, in pixels; 0 is any.
func (p Pad) Size() (width, height int) {
	var w, h C.gint
	C.gst_livekit_downstream_size(p.downstream(), &w, &h)
	return int(w), int(h)
}

// watcher is what C knows by a handle.
type watcher struct {
	owner   guard.Owner
	changed func()
}

// Watch calls changed when what downstream takes may have changed, until stop is called. It comes from any thread, also
// while stop is under way, and must not block. A pad has one watcher at a time. Owner is told when changed panics.
func (p Pad) Watch(owner guard.Owner, changed func()) (stop func()) {
	handle := cgo.NewHandle(&watcher{owner, changed})
	C.gst_livekit_downstream_watch(p.downstream(), C.uintptr_t(handle))
	return func() {
		C.gst_livekit_downstream_watch(p.downstream(), 0)
		handle.Delete()
	}
}

// withWatcher calls f with a watcher, unless it was stopped meanwhile.
func withWatcher(place string, handle C.uintptr_t, f func(w *watcher)) {
	if w, ok := guard.Value[*watcher](cgo.Handle(handle)); ok {
		guard.Do(place, w.owner, func() { f(w) })
	}
}

//export livekitChainDownstreamChanged
func livekitChainDownstreamChanged(handle C.uintptr_t) {
	withWatcher("chain: downstream changed", handle, func(w *watcher) { w.changed() })
}
