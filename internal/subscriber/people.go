package subscriber

import (
	"maps"
	"slices"

	"github.com/livekit/protocol/livekit"
)

// PeopleChanged returns a channel that is closed when the server says who speaks, or what it thinks of connections. Who speaks also
// changes with Changed, when somebody leaves for instance. Take it before looking.
func (r *Room) PeopleChanged() <-chan struct{} { return r.peopleChanged.Wait() }

// Speakers returns who speaks now, with how loudly: the server says so of those whose tracks we receive. The result is not to be
// changed.
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
		if s.GetActive() {
			r.speakers[s.GetSid()] = s
		} else {
			delete(r.speakers, s.GetSid())
		}
	}
	here := r.sids()
	maps.DeleteFunc(r.speakers, func(sid string, _ *livekit.SpeakerInfo) bool { return !here[sid] })
}

// keepSpeakers forgets those whom we have no subscription of any more: of them the server does not say that they have stopped. r.mu
// is held.
func (r *Room) keepSpeakers() {
	if len(r.speakers) == 0 {
		return
	}
	received := make(map[string]bool)
	for _, info := range r.others {
		for _, track := range info.GetTracks() {
			received[info.GetSid()] = received[info.GetSid()] || r.wishes.subscribed[track.GetSid()]
		}
	}
	maps.DeleteFunc(r.speakers, func(sid string, _ *livekit.SpeakerInfo) bool { return !received[sid] })
}

// noteQualities takes what the server thinks of some connections. r.mu is held.
func (r *Room) noteQualities(updates []*livekit.ConnectionQualityInfo) {
	for _, q := range updates {
		r.qualities[q.GetParticipantSid()] = q
	}
	here := r.sids()
	maps.DeleteFunc(r.qualities, func(sid string, _ *livekit.ConnectionQualityInfo) bool { return !here[sid] })
}

// sids returns who is in the room, with us. r.mu is held.
func (r *Room) sids() map[string]bool {
	all := map[string]bool{r.us.GetSid(): true}
	for _, info := range r.others {
		all[info.GetSid()] = true
	}
	return all
}
