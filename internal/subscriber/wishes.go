package subscriber

import (
	"maps"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"
	"google.golang.org/protobuf/proto"
)

// wishes are what this session's server was told to send, by track SID. What is told to a connection that is being lost may
// not arrive, and is told again when the session is resumed.
type wishes struct {
	subscribed map[string]bool // false is for a track that was subscribed to before
	settings   map[string]*livekit.UpdateTrackSettings
}

func newWishes() wishes {
	return wishes{subscribed: make(map[string]bool), settings: make(map[string]*livekit.UpdateTrackSettings)}
}

// Subscribe tells the server whether to send us a track. Track gives its media when it comes. While we are reconnecting it is
// kept, and told if the session is resumed; a session that replaces it begins without subscriptions, see Subscribed.
//
// A track is named once in a message: livekit-server has a queue of 50 for those that are named, and what finds no room in it
// waits for up to 3 s.
func (r *Room) Subscribe(participantSID, sid string, subscribe bool) error {
	defer r.peopleChanged.Fire()
	return r.tell(subscription(participantSID, sid, subscribe), func() {
		r.wishes.subscribed[sid] = subscribe
		delete(r.refused, sid)
		r.keepKnown(r.wishes.subscribed)
		r.keepSpeakers()
	})
}

func subscription(participantSID, sid string, subscribe bool) *livekit.SignalRequest {
	return &livekit.SignalRequest{Message: &livekit.SignalRequest_Subscription{
		Subscription: &livekit.UpdateSubscription{
			Subscribe:         subscribe,
			ParticipantTracks: []*livekit.ParticipantTracks{{ParticipantSid: participantSID, TrackSids: []string{sid}}},
		},
	}}
}

// Subscribed reports whether this session's server was told to send us a track, and has not ended that by itself. It falls back to
// false when the session is replaced, which Changed says.
func (r *Room) Subscribed(sid string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wishes.subscribed[sid]
}

// Unsubscribed notes that the server has ended a subscription by itself.
func (r *Room) Unsubscribed(sid string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.wishes.subscribed, sid)
}

// ForgetUnpublished forgets what was asked for of tracks that are not among the published ones: so has the server.
func (r *Room) ForgetUnpublished() {
	r.mu.Lock()
	defer r.mu.Unlock()
	published := r.published()
	maps.DeleteFunc(r.wishes.subscribed, func(sid string, _ bool) bool { return !published[sid] })
	maps.DeleteFunc(r.wishes.settings, func(sid string, _ *livekit.UpdateTrackSettings) bool { return !published[sid] })
}

// SetTrack tells the server what to send of a track. It is kept as Subscribe's is.
func (r *Room) SetTrack(settings *livekit.UpdateTrackSettings) error {
	settings = proto.CloneOf(settings)
	return r.tell(trackSetting(settings), func() {
		for _, sid := range settings.GetTrackSids() {
			one := proto.CloneOf(settings)
			one.TrackSids = []string{sid}
			r.wishes.settings[sid] = one
		}
	})
}

func trackSetting(settings *livekit.UpdateTrackSettings) *livekit.SignalRequest {
	return &livekit.SignalRequest{Message: &livekit.SignalRequest_TrackSetting{TrackSetting: settings}}
}

// tell sends a message after note has kept what it says. It returns the reason if the room has ended. That a connection is lost
// is no error: the message is sent again.
func (r *Room) tell(message *livekit.SignalRequest, note func()) error {
	r.telling.Lock()
	defer r.telling.Unlock()
	r.mu.Lock()
	if r.err != nil {
		defer r.mu.Unlock()
		return r.err
	}
	note()
	conn, lost := r.session.conn, r.loss != nil
	r.mu.Unlock()
	if !lost {
		_ = conn.Send(message) // when it fails, run finds the connection lost
	}
	return nil
}

// retell returns what a server that resumes the session is told first: where we stand, and then what SyncState has no place
// for. r.mu is held.
func (r *Room) retell() []*livekit.SignalRequest {
	state := &livekit.SyncState{
		Subscription: &livekit.UpdateSubscription{Subscribe: true},
		DataChannels: r.session.peer.dataChannels(),
	}
	// In one peer connection these are our offer and the server's answer.
	if offer, answer := r.session.peer.lastOffer, r.session.peer.lastAnswer; answer != "" {
		state.Offer = &livekit.SessionDescription{Type: webrtc.SDPTypeOffer.String(), Sdp: offer}
		state.Answer = &livekit.SessionDescription{Type: webrtc.SDPTypeAnswer.String(), Sdp: answer}
	}
	messages := []*livekit.SignalRequest{{Message: &livekit.SignalRequest_SyncState{SyncState: state}}}
	for sid, subscribed := range r.wishes.subscribed {
		if subscribed {
			state.Subscription.TrackSids = append(state.Subscription.TrackSids, sid)
			continue
		}
		messages = append(messages, &livekit.SignalRequest{Message: &livekit.SignalRequest_Subscription{
			Subscription: &livekit.UpdateSubscription{TrackSids: []string{sid}},
		}})
	}
	for sid, settings := range r.wishes.settings {
		if settings.GetDisabled() {
			state.TrackSidsDisabled = append(state.TrackSidsDisabled, sid)
		}
		if r.wishes.subscribed[sid] {
			messages = append(messages, trackSetting(settings))
		}
	}
	return messages
}
