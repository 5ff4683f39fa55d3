package livekitsrc

/*
#include "border.h"
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/stream"
)

// The functions that the C half calls. None lets a panic reach C, where it would
// abort the host; none but livekitSrcRunStop blocks.

//export livekitSrcTemplateCaps
func livekitSrcTemplateCaps() *C.char { return C.CString(caps.TemplateCaps()) }

// livekitSrcRunStart starts a run with a copy of the settings and returns its
// handle, or 0 after an error was posted.
//
//export livekitSrcRunStart
func livekitSrcRunStart(src unsafe.Pointer, c *C.GstLivekitSrcSettings) (handle C.uintptr_t) {
	e := element{src}
	defer e.recoverPanic()
	r, err := startRun(e, newSettings(c))
	if err != nil {
		e.postError(err)
		return 0
	}
	return C.uintptr_t(cgo.NewHandle(r))
}

// livekitSrcRunStop ends a run and waits until nothing of it is left.
//
//export livekitSrcRunStop
func livekitSrcRunStop(handle C.uintptr_t) {
	h := cgo.Handle(handle)
	r := runOf(handle)
	defer r.element.recoverPanic()
	r.stop()
	h.Delete()
}

// livekitSrcRunEnd asks for EOS after what was received.
//
//export livekitSrcRunEnd
func livekitSrcRunEnd(handle C.uintptr_t) {
	r := runOf(handle)
	defer r.element.recoverPanic()
	r.report.ending()
	r.stream.End()
}

// livekitSrcRunRequestKeyFrame is called without the lock that keeps the run.
//
//export livekitSrcRunRequestKeyFrame
func livekitSrcRunRequestKeyFrame(handle C.uintptr_t) {
	r, ok := runIfAny(handle)
	if !ok {
		return
	}
	defer r.element.recoverPanic()
	r.stream.RequestKeyFrame()
}

// livekitSrcRunSetEncryptionKey is called with a passphrase or NULL, likewise.
//
//export livekitSrcRunSetEncryptionKey
func livekitSrcRunSetEncryptionKey(handle C.uintptr_t, passphrase *C.char) {
	r, ok := runIfAny(handle)
	if !ok {
		return
	}
	defer r.element.recoverPanic()
	if err := r.stream.SetEncryptionKey(C.GoString(passphrase)); err != nil {
		r.element.postDecryptError(err)
	}
}

//export livekitSrcRunSetPlaying
func livekitSrcRunSetPlaying(handle C.uintptr_t, playing C.gboolean) {
	r := runOf(handle)
	defer r.element.recoverPanic()
	r.stream.SetPaused(playing == 0)
}

// livekitSrcRunChoose takes from a copy of the settings which track to receive, and
// which layer of it the user wants.
//
//export livekitSrcRunChoose
func livekitSrcRunChoose(handle C.uintptr_t, c *C.GstLivekitSrcSettings) {
	r := runOf(handle)
	defer r.element.recoverPanic()
	r.tracks.SetCriteria(newCriteria(c))
	r.demand.choose(newLayer(c))
}

// livekitSrcRunDemandChanged says that downstream may want something else.
//
//export livekitSrcRunDemandChanged
func livekitSrcRunDemandChanged(handle C.uintptr_t) {
	r := runOf(handle)
	defer r.element.recoverPanic()
	r.demand.poke()
}

// livekitSrcRunLatency returns the adaptive latency in ns, also without a run. It is called without the lock that keeps
// the run.
//
//export livekitSrcRunLatency
func livekitSrcRunLatency(handle C.uintptr_t) C.guint64 {
	r, ok := runIfAny(handle)
	if !ok {
		return C.guint64(stream.StartLatency)
	}
	return C.guint64(r.stream.Latency())
}

// livekitSrcRunSetLatency is called with ms, -1 for an adaptive latency, and without the lock that keeps the
// run: it does nothing for one that has stopped.
//
//export livekitSrcRunSetLatency
func livekitSrcRunSetLatency(handle C.uintptr_t, latency C.gint) {
	r, ok := runIfAny(handle)
	if !ok {
		return
	}
	defer r.element.recoverPanic()
	r.stream.SetLatency(chosenLatency(latency))
}

// runIfAny is runOf for a handle that may have been deleted; no other run gets its
// number.
func runIfAny(handle C.uintptr_t) (r *run, ok bool) {
	defer func() {
		if recover() != nil {
			r, ok = nil, false
		}
	}()
	return runOf(handle), true
}

func runOf(handle C.uintptr_t) *run {
	return cgo.Handle(handle).Value().(*run)
}
