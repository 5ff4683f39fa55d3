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

// post posts an element message, and takes it.
func (e element) post(s structure) { C.gst_livekit_src_post_element(C.gpointer(e.c), s.c) }

func (e element) setConnectionState(state room.State) {
	C.gst_livekit_src_set_connection_state(C.gpointer(e.c), C.GstLivekitConnectionState(state))
}

func (e element) setParticipantInfo(info *livekit.ParticipantInfo) {
	C.gst_livekit_src_take_participant_info(C.gpointer(e.c), newInfo(info).c)
}

func (e element) setTrackInfo(info *livekit.TrackInfo) {
	C.gst_livekit_src_take_track_info(C.gpointer(e.c), newInfo(info).c)
}

// emitTrack emits track-subscribed or track-lost, then posts livekit-track.
func (e element) emitTrack(subscribed bool, t *room.Track) {
	participant, sid := C.CString(t.Identity), C.CString(t.SID)
	defer C.free(unsafe.Pointer(participant))
	defer C.free(unsafe.Pointer(sid))
	C.gst_livekit_src_emit_track(C.gpointer(e.c), gboolean(subscribed), participant, sid)

	s := newStructure("livekit-track")
	state := "lost"
	if subscribed {
		state = "subscribed"
	}
	s.set("state", state)
	s.set("participant", t.Identity)
	s.set("sid", t.SID)
	s.set("name", t.Name)
	s.set("source", dashed(t.Source.String()))
	_, codec, _ := strings.Cut(t.MimeType, "/")
	s.set("codec", codec)
	e.post(s)
}
