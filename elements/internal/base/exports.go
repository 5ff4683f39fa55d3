package base

/*
#include "border.h"
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// The functions that the C half calls, all without a lock. None lets a panic reach C, where it would abort the host; none
// but livekitBaseRunStop blocks.

// withRun calls f with the run of a handle, unless it has stopped meanwhile: no other run gets its number.
func withRun(place string, handle C.uintptr_t, f func(r *Run)) {
	if r, ok := guard.Value[*Run](cgo.Handle(handle)); ok {
		guard.Do(place, r.element, func() { f(r) })
	}
}

// livekitBaseRunStart starts a run of a type of element with a copy of the settings and
// returns its handle, or 0 after an error was posted.
//
//export livekitBaseRunStart
func livekitBaseRunStart(src unsafe.Pointer, typeName *C.char, c *C.GstLivekitSettings) (handle C.uintptr_t) {
	guard.Do("element: start", Element{src}, func() {
		e := Element{src}
		r, err := startRun(e, kinds[C.GoString(typeName)], c)
		if err != nil {
			e.postError(err)
			return
		}
		handle = C.uintptr_t(cgo.NewHandle(r))
	})
	return handle
}

// livekitBaseRunStop ends a run and waits until nothing of it is left.
//
//export livekitBaseRunStop
func livekitBaseRunStop(handle C.uintptr_t) {
	withRun("element: stop", handle, (*Run).stop)
	// What has panicked leaves the rest of it to do: nothing of a run may go on behind its element.
	withRun("element: stopped", handle, func(r *Run) {
		r.stop()
		cgo.Handle(handle).Delete()
	})
}

// livekitBaseRunEnd asks for EOS after what was received.
//
//export livekitBaseRunEnd
func livekitBaseRunEnd(handle C.uintptr_t) {
	withRun("element: end", handle, func(r *Run) {
		r.report.ending()
		r.stream.End()
	})
}

//export livekitBaseRunRequestKeyFrame
func livekitBaseRunRequestKeyFrame(handle C.uintptr_t) {
	withRun("element: request a key frame", handle, func(r *Run) {
		if s, ok := r.stream.(keyFrames); ok {
			s.RequestKeyFrame()
		}
	})
}

// livekitBaseRunSetEncryptionKey is called with a passphrase or NULL. It takes some 30 ms.
//
//export livekitBaseRunSetEncryptionKey
func livekitBaseRunSetEncryptionKey(handle C.uintptr_t, passphrase *C.char) {
	withRun("element: set the key", handle, func(r *Run) {
		if err := r.stream.SetEncryptionKey(C.GoString(passphrase)); err != nil {
			r.element.postDecryptError(err)
		}
	})
}

//export livekitBaseRunSetPlaying
func livekitBaseRunSetPlaying(handle C.uintptr_t, playing C.gboolean) {
	withRun("element: set playing", handle, func(r *Run) { r.stream.SetPaused(playing == 0) })
}

// livekitBaseRunChoose takes from a copy of the settings which track to receive, and
// what of it the user wants.
//
//export livekitBaseRunChoose
func livekitBaseRunChoose(handle C.uintptr_t, c *C.GstLivekitSettings) {
	withRun("element: choose", handle, func(r *Run) {
		r.tracks.SetCriteria(newCriteria(r.media, c))
		r.medium.Choose(unsafe.Pointer(c))
	})
}

// livekitBaseRunLatency returns the adaptive latency in ns, also without a run.
//
//export livekitBaseRunLatency
func livekitBaseRunLatency(handle C.uintptr_t) (latency C.guint64) {
	latency = C.guint64(rtp.StartLatency)
	withRun("element: latency", handle, func(r *Run) { latency = C.guint64(r.stream.Latency()) })
	return latency
}

// livekitBaseRunSetLatency is called with ms, -1 for an adaptive latency.
//
//export livekitBaseRunSetLatency
func livekitBaseRunSetLatency(handle C.uintptr_t, latency C.gint) {
	withRun("element: set the latency", handle, func(r *Run) { r.stream.SetLatency(chosenLatency(latency)) })
}

// livekitBaseRunStats sets the fields of the property stats: those of a run that has
// received nothing if there is none, or it has stopped.
//
//export livekitBaseRunStats
func livekitBaseRunStats(typeName *C.char, handle C.uintptr_t, c *C.GstStructure) {
	withRun("element: stats", handle, func(r *Run) { r.medium.SetStats(Structure{c}) })
	guard.Do("element: no stats", nil, func() {
		if C.gst_structure_n_fields(c) == 0 {
			kinds[C.GoString(typeName)].SetStats(Structure{c})
		}
	})
}
