package subscriber

import (
	"maps"
	"slices"

	"github.com/livekit/protocol/livekit"
)

// Speakers returns who speaks now, with how loudly. The result is not to be changed.
func (r *Room) Speakers() []*livekit.SpeakerInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Values(r.speakers))
}

// Quality returns what the server thinks of a participant's connection, nil if it has not said so.
func (r *Room) Quality(participantSID string) *livekit.ConnectionQualityInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.qualities[participantSID]
}

// noteSpeakers takes a change of who speaks. r.mu is held.
func (r *Room) noteSpeakers(changed []*livekit.SpeakerInfo) {
	for _, s := range changed {
		switch {
		case !s.GetActive():
			delete(r.speakers, s.GetSid())
		case r.isHere(s.GetSid()):
			r.speakers[s.GetSid()] = s
		}
	}
	maps.DeleteFunc(r.speakers, func(sid string, _ *livekit.SpeakerInfo) bool { return !r.isHere(sid) })
}

// noteQualities takes what the server thinks of some connections. r.mu is held.
func (r *Room) noteQualities(updates []*livekit.ConnectionQualityInfo) {
	for _, q := range updates {
		if r.isHere(q.GetParticipantSid()) {
			r.qualities[q.GetParticipantSid()] = q
		}
	}
	maps.DeleteFunc(r.qualities, func(sid string, _ *livekit.ConnectionQualityInfo) bool { return !r.isHere(sid) })
}

// isHere reports whether a participant, who may be us, is in the room. r.mu is held.
func (r *Room) isHere(sid string) bool { return r.others[sid] != nil || r.us.GetSid() == sid }
