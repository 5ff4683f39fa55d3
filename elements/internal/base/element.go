package base

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-pbutils-1.0
#include <stdlib.h>
#include "border.h"
*/
import "C"

import (
	"context"
	"errors"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// Element is the GObject half of a run, borrowed until the run has stopped.
type Element struct {
	c unsafe.Pointer // GstLivekitBaseSrc
}

func (e Element) Pad() chain.Pad {
	return chain.Pad{Bin: e.c, Ghost: unsafe.Pointer(C.gst_livekit_base_src_pad(C.gpointer(e.c)))}
}

func (e Element) pushEOS() { C.gst_livekit_base_src_push_eos(C.gpointer(e.c)) }

// postError turns an error into the one message a user sees. It is the only place
// that does.
func (e Element) postError(err error) {
	var codec *engine.UnsupportedCodecError
	if errors.As(err, &codec) && codec.Caps != "" {
		caps := C.CString(codec.Caps)
		defer C.free(unsafe.Pointer(caps))
		C.gst_livekit_base_src_post_missing_decoder(C.gpointer(e.c), caps)
	}
	message := C.CString(err.Error())
	defer C.free(unsafe.Pointer(message))
	C.gst_livekit_base_src_post_error(C.gpointer(e.c), failureOf(err), message, nil)
}

// failureOf sorts errors into GStreamer's codes.
func failureOf(err error) C.GstLivekitFailure {
	var (
		settings     *room.SettingsError
		unauthorized *room.UnauthorizedError
		unreachable  *room.UnreachableError
		timeout      *room.TimeoutError
		refused      *room.RefusedError
		disconnected *room.DisconnectedError
		noTrack      *trackTimeoutError
		lost         *trackLostError
		undecodable  *engine.UndecodableError
		codec        *engine.UnsupportedCodecError
	)
	switch {
	case errors.As(err, &settings):
		return C.GST_LIVEKIT_FAILURE_SETTINGS
	case errors.As(err, &unauthorized):
		return C.GST_LIVEKIT_FAILURE_NOT_AUTHORIZED
	case errors.As(err, &unreachable), errors.As(err, &timeout), errors.As(err, &refused),
		errors.Is(err, context.DeadlineExceeded):
		return C.GST_LIVEKIT_FAILURE_OPEN_READ
	case errors.As(err, &disconnected), errors.As(err, &lost):
		return C.GST_LIVEKIT_FAILURE_READ
	case errors.As(err, &noTrack):
		return C.GST_LIVEKIT_FAILURE_NOT_FOUND
	case errors.As(err, &undecodable):
		return C.GST_LIVEKIT_FAILURE_DECODE
	case errors.As(err, &codec):
		return C.GST_LIVEKIT_FAILURE_CODEC_NOT_FOUND
	default:
		return C.GST_LIVEKIT_FAILURE_INTERNAL
	}
}

func (e Element) postWarning(kind C.GstLivekitFailure, sentence string) {
	message := C.CString(sentence)
	defer C.free(unsafe.Pointer(message))
	C.gst_livekit_base_src_post_warning(C.gpointer(e.c), kind, message, nil)
}

func (e Element) postWaiting(sentence string) {
	e.postWarning(C.GST_LIVEKIT_FAILURE_NOT_FOUND, sentence)
}

// postDecryptError warns, once for each reason, that frames cannot be decrypted: the
// stream goes on when the key is right. Nil is that it does.
func (e Element) postDecryptError(err error) {
	if err == nil {
		e.Logger().Info("frames are decrypted")
		return
	}
	e.postWarning(C.GST_LIVEKIT_FAILURE_DECRYPT, err.Error())
}

// Panicked implements guard.Owner: it is the element's error.
func (e Element) Panicked(err *guard.Error) {
	e.Logger().Error(err.Error(), "stack", string(err.Stack))
	e.postError(err)
}
