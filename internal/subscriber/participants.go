package subscriber

import (
	"fmt"

	"github.com/livekit/protocol/livekit"
)

// maxParticipants bounds who may be in a room. LiveKit's largest have a few thousand.
const maxParticipants = 50_000

var errTooMany = fmt.Errorf("more than %d participants", maxParticipants)

// participants are those in the room beside us, by identity: there is one of each.
type participants map[string]*livekit.ParticipantInfo

// update takes what the server says of some of them, and of us.
func (p participants) update(all []*livekit.ParticipantInfo, us *livekit.ParticipantInfo) (we *livekit.ParticipantInfo, err error) {
	for _, info := range all {
		known := p[info.GetIdentity()]
		same := known.GetSid() == info.GetSid()
		switch {
		case us != nil && info.GetSid() == us.GetSid():
			us = info
		case us != nil && info.GetIdentity() == us.GetIdentity():
			// What a session before this one was.
		case info.GetState() == livekit.ParticipantInfo_DISCONNECTED:
			if same {
				delete(p, info.GetIdentity())
			}
		case known != nil && same && info.GetVersion() < known.GetVersion():
			// It overtook a newer one, on its way between LiveKit's servers.
		case known != nil && !same && JoinedAt(info) < JoinedAt(known):
			// What a participant was who has joined again since, after a crash for instance. The server may not say that it left.
		case known == nil && len(p) >= maxParticipants:
			return us, fmt.Errorf("the server says that %w are in the room", errTooMany)
		default:
			p[info.GetIdentity()] = info
		}
	}
	return us, nil
}

// JoinedAt returns when a participant joined, in Unix milliseconds. Older servers only say the second.
func JoinedAt(info *livekit.ParticipantInfo) int64 {
	if ms := info.GetJoinedAtMs(); ms != 0 {
		return ms
	}
	return info.GetJoinedAt() * 1000
}

// Participants returns what the server last said of everybody else in the room. It is not to be changed.
func (r *Room) Participants() []*livekit.ParticipantInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]*livekit.ParticipantInfo, 0, len(r.others))
	for _, info := range r.others {
		all = append(all, info)
	}
	return all
}

// Published returns the SIDs of the tracks that are published.
func (r *Room) Published() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.published()
}

// Publication returns what the server last said of a published track and of its participant, or nil if it is not published.
// Neither is to be changed.
func (r *Room) Publication(sid string) (*livekit.ParticipantInfo, *livekit.TrackInfo) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, info := range r.others {
		for _, track := range info.GetTracks() {
			if track.GetSid() == sid {
				return info, track
			}
		}
	}
	return nil, nil
}

// Participant returns what the server last said of us. It is not to be changed.
func (r *Room) Participant() *livekit.ParticipantInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.us
}
