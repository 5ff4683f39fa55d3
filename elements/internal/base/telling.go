package base

/*
#include <stdlib.h>
#include "border.h"
*/
import "C"

import (
	"strings"
	"unsafe"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/room"
)

// What a run tells the application. Each of these calls the application's handlers:
// no lock may be held.

// Post posts an element message, and takes it.
func (e Element) Post(s Structure) { C.gst_livekit_base_src_post_element(C.gpointer(e.c), s.c) }

func (e Element) setConnectionState(state room.State) {
	C.gst_livekit_base_src_set_connection_state(C.gpointer(e.c), C.GstLivekitConnectionState(state))
}

func (e Element) setParticipantInfo(info *livekit.ParticipantInfo) {
	C.gst_livekit_base_src_take_participant_info(C.gpointer(e.c), newInfo(info).c)
}

func (e Element) setTrackInfo(info *livekit.TrackInfo) {
	C.gst_livekit_base_src_take_track_info(C.gpointer(e.c), newInfo(info).c)
}

// emitTrack emits track-subscribed or track-lost, then posts livekit-track.
func (e Element) emitTrack(subscribed bool, t *room.Track) {
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
	s.Set("source", Dashed(t.Source.String()))
	_, codec, _ := strings.Cut(t.MimeType, "/")
	s.Set("codec", codec)
	e.Post(s)
}
