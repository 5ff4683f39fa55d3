package base

/*
#include "border.h"
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// The functions that the C half calls, all without a lock. None lets a panic reach C, where it would abort the host; none
// but livekitSrcRunStop blocks.

// withRun calls f with the run of a handle, unless it has stopped meanwhile: no other run gets its number.
func withRun(place string, handle C.uintptr_t, f func(r *run)) {
	if r, ok := guard.Value[*run](cgo.Handle(handle)); ok {
		guard.Do(place, r.element, func() { f(r) })
	}
}

// livekitSrcTemplateCaps returns NULL after an internal error.
//
//export livekitSrcTemplateCaps
func livekitSrcTemplateCaps() (text *C.char) {
	guard.Do("livekitsrc: template caps", nil, func() { text = C.CString(caps.TemplateCaps()) })
	return text
}

// livekitSrcRunStart starts a run with a copy of the settings and returns its
// handle, or 0 after an error was posted.
//
//export livekitSrcRunStart
func livekitSrcRunStart(src unsafe.Pointer, c *C.GstLivekitSrcSettings) (handle C.uintptr_t) {
	guard.Do("livekitsrc: start", element{src}, func() {
		e := element{src}
		r, err := startRun(e, newSettings(c))
		if err != nil {
			e.postError(err)
			return
		}
		handle = C.uintptr_t(cgo.NewHandle(r))
	})
	return handle
}

// livekitSrcRunStop ends a run and waits until nothing of it is left.
//
//export livekitSrcRunStop
func livekitSrcRunStop(handle C.uintptr_t) {
	withRun("livekitsrc: stop", handle, (*run).stop)
	// What has panicked leaves the rest of it to do: nothing of a run may go on behind its element.
	withRun("livekitsrc: stopped", handle, func(r *run) {
		r.stop()
		cgo.Handle(handle).Delete()
	})
}

// livekitSrcRunEnd asks for EOS after what was received.
//
//export livekitSrcRunEnd
func livekitSrcRunEnd(handle C.uintptr_t) {
	withRun("livekitsrc: end", handle, func(r *run) {
		r.report.ending()
		r.stream.End()
	})
}

//export livekitSrcRunRequestKeyFrame
func livekitSrcRunRequestKeyFrame(handle C.uintptr_t) {
	withRun("livekitsrc: request a key frame", handle, func(r *run) { r.stream.RequestKeyFrame() })
}

// livekitSrcRunSetEncryptionKey is called with a passphrase or NULL. It takes some 30 ms.
//
//export livekitSrcRunSetEncryptionKey
func livekitSrcRunSetEncryptionKey(handle C.uintptr_t, passphrase *C.char) {
	withRun("livekitsrc: set the key", handle, func(r *run) {
		if err := r.stream.SetEncryptionKey(C.GoString(passphrase)); err != nil {
			r.element.postDecryptError(err)
		}
	})
}

//export livekitSrcRunSetPlaying
func livekitSrcRunSetPlaying(handle C.uintptr_t, playing C.gboolean) {
	withRun("livekitsrc: set playing", handle, func(r *run) { r.stream.SetPaused(playing == 0) })
}

// livekitSrcRunChoose takes from a copy of the settings which track to receive, and
// which layer of it the user wants.
//
//export livekitSrcRunChoose
func livekitSrcRunChoose(handle C.uintptr_t, c *C.GstLivekitSrcSettings) {
	withRun("livekitsrc: choose", handle, func(r *run) {
		r.tracks.SetCriteria(newCriteria(c))
		r.demand.choose(newLayer(c))
	})
}

// livekitSrcRunLatency returns the adaptive latency in ns, also without a run.
//
//export livekitSrcRunLatency
func livekitSrcRunLatency(handle C.uintptr_t) (latency C.guint64) {
	latency = C.guint64(rtp.StartLatency)
	withRun("livekitsrc: latency", handle, func(r *run) { latency = C.guint64(r.stream.Latency()) })
	return latency
}

// livekitSrcRunSetLatency is called with ms, -1 for an adaptive latency.
//
//export livekitSrcRunSetLatency
func livekitSrcRunSetLatency(handle C.uintptr_t, latency C.gint) {
	withRun("livekitsrc: set the latency", handle, func(r *run) { r.stream.SetLatency(chosenLatency(latency)) })
}
