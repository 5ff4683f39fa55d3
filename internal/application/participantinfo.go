package application

import (
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/sdk"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// participantInfo returns a copy of what the server sent about a participant, without disconnect_reason.
func participantInfo(rp *lksdk.RemoteParticipant) *livekit.ParticipantInfo {
	var info *livekit.ParticipantInfo
	sdk.WithInfo(rp, func(original *livekit.ParticipantInfo) {
		if original != nil {
			info = cloneInfo(original)
		}
	})
	if info == nil {
		return publicInfo(rp)
	}
	return info
}

// cloneInfo is proto.Clone without disconnect_reason.
func cloneInfo(original *livekit.ParticipantInfo) *livekit.ParticipantInfo {
	from, to := original.ProtoReflect(), (&livekit.ParticipantInfo{}).ProtoReflect()
	fields := from.Descriptor().Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); f.Name() != "disconnect_reason" && from.Has(f) {
			to.Set(f, from.Get(f))
		}
	}
	// The fields are only shared until here, while the lock is held.
	shared, _ := to.Interface().(*livekit.ParticipantInfo)
	return proto.CloneOf(shared)
}

// publicInfo collects what the SDK's own methods return about a participant.
func publicInfo(rp *lksdk.RemoteParticipant) *livekit.ParticipantInfo {
	info := &livekit.ParticipantInfo{
		Sid:        rp.SID(),
		Identity:   rp.Identity(),
		Name:       rp.Name(),
		Metadata:   rp.Metadata(),
		Attributes: rp.Attributes(),
		Kind:       livekit.ParticipantInfo_Kind(rp.Kind()),
		Permission: rp.Permissions(),
		State:      livekit.ParticipantInfo_ACTIVE,
	}
	for _, pub := range rp.TrackPublications() {
		info.Tracks = append(info.Tracks, pub.TrackInfo())
	}
	info.IsPublisher = len(info.Tracks) > 0
	return info
}

// joinedAt returns when a participant joined, in Unix milliseconds, or 0 if unknown. It is what a Connection of ours says of it.
func joinedAt(rp *lksdk.RemoteParticipant) (ms int64) {
	sdk.WithInfo(rp, func(info *livekit.ParticipantInfo) { ms = subscriber.JoinedAt(info) })
	return ms
}
