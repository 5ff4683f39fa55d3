package base

/*
#include <stdlib.h>
#include "border.h"
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unsafe"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// What the application is told: the text and the fields of each message. When it is told is up to report, and how it
// reaches the application is in messages.c.

var _ listener = Element{}

// Post posts an element message, and takes it. It calls the application's handlers: no lock may be held.
func (e Element) Post(s Structure) { C.gst_livekit_base_src_post_element(C.gpointer(e.c), s.c) }

// tellConnection sets connection-state, then posts livekit-connection.
func (e Element) tellConnection(state room.State) {
	C.gst_livekit_base_src_set_connection_state(C.gpointer(e.c), C.GstLivekitConnectionState(state))
	s := NewStructure("livekit-connection")
	s.Set("state", state.String())
	e.Post(s)
}

func (e Element) tellParticipant(info *livekit.ParticipantInfo) {
	C.gst_livekit_base_src_take_participant_info(C.gpointer(e.c), newInfo(info).c)
}

func (e Element) tellTrackInfo(info *livekit.TrackInfo) {
	C.gst_livekit_base_src_take_track_info(C.gpointer(e.c), newInfo(info).c)
}

// tellTrack emits track-subscribed or track-lost, then posts livekit-track.
func (e Element) tellTrack(subscribed bool, t *room.Track) {
	participant, sid := C.CString(t.Identity), C.CString(t.SID)
	defer C.free(unsafe.Pointer(participant))
	defer C.free(unsafe.Pointer(sid))
	C.gst_livekit_base_src_emit_track(C.gpointer(e.c), gboolean(subscribed), participant, sid)

	s := NewStructure("livekit-track")
	state := "lost"
	if subscribed {
		state = "subscribed"
	}
	s.Set("state", state)
	s.Set("participant", t.Identity)
	s.Set("sid", t.SID)
	s.Set("name", t.Name)
	s.Set("kind", t.Kind.String())
	s.Set("source", Dashed(t.Source.String()))
	_, codec, _ := strings.Cut(t.MimeType, "/")
	s.Set("codec", codec)
	e.Post(s)
}

func (e Element) tellMuted(t *room.Track, muted bool) {
	s := NewStructure("livekit-muted")
	s.Set("participant", t.Identity)
	s.Set("sid", t.SID)
	s.Set("muted", muted)
	e.Post(s)
}

// tellSpeaker posts how loud a participant is, whose track another element may receive over the same connection.
func (e Element) tellSpeaker(speaker room.Speaker) {
	s := NewStructure("livekit-speaker")
	s.Set("participant", speaker.Identity)
	s.Set("level", speaker.Level)
	s.Set("speaking", speaker.Speaking)
	e.Post(s)
}

// progressKind is what a message about a task says of it.
type progressKind C.GstProgressType

const (
	progressStart    = progressKind(C.GST_PROGRESS_TYPE_START)
	progressComplete = progressKind(C.GST_PROGRESS_TYPE_COMPLETE)
	progressError    = progressKind(C.GST_PROGRESS_TYPE_ERROR)
	progressCanceled = progressKind(C.GST_PROGRESS_TYPE_CANCELED)
)

func (e Element) tellProgress(kind progressKind, code, text string) {
	c, message := C.CString(code), C.CString(text)
	defer C.free(unsafe.Pointer(c))
	defer C.free(unsafe.Pointer(message))
	C.gst_livekit_base_src_post_progress(C.gpointer(e.c), C.GstProgressType(kind), c, message)
}

// tellWaiting warns that something does not come.
func (e Element) tellWaiting(sentence string) {
	e.postWarning(C.GST_LIVEKIT_FAILURE_NOT_FOUND, sentence)
}

// tellEnded warns that somebody else has ended what is received.
func (e Element) tellEnded(sentence string) { e.postWarning(C.GST_LIVEKIT_FAILURE_READ, sentence) }

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
	case errors.As(err, &disconnected), errors.As(err, &lost): // before what they may have come of
		return C.GST_LIVEKIT_FAILURE_READ
	case errors.As(err, &unreachable), errors.As(err, &timeout), errors.As(err, &refused),
		errors.Is(err, context.DeadlineExceeded):
		return C.GST_LIVEKIT_FAILURE_OPEN_READ
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

// TellTooFar warns that the sound and the picture of a participant are so far apart that they are not kept in sync.
func (e Element) TellTooFar(participant string, apart time.Duration) {
	e.postWarning(C.GST_LIVEKIT_FAILURE_READ, fmt.Sprintf("sound and picture of %q are %v apart, which is more than max-sync-delay "+
		"allows: they are no longer kept in sync", participant, apart.Round(time.Millisecond)))
}

// TellOverflow warns that sound is lost behind the element.
func (e Element) TellOverflow() {
	e.postWarning(C.GST_LIVEKIT_FAILURE_READ, "sound is dropped, because the elements after this one take it too slowly, or not at all: "+
		"if they may wait for a while, set capacity to a longer time")
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
