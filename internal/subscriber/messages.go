package subscriber

import (
	"encoding/json"
	"fmt"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// receive takes the server's messages until there are no more, and then ends the media connection.
func (r *Room) receive() {
	defer r.peer.close()
	for {
		message, err := r.conn.Receive()
		if err == nil {
			guard.Do("subscriber: message", r, func() { err = r.take(message) })
		}
		if err != nil {
			r.end(fmt.Errorf("lost the server: %w", err))
			return
		}
		if r.isEnded() {
			return
		}
	}
}

// take takes one message. An error ends the room.
func (r *Room) take(message *livekit.SignalResponse) error {
	switch m := message.GetMessage().(type) {
	case *livekit.SignalResponse_Offer:
		return r.answer(m.Offer)
	case *livekit.SignalResponse_Trickle:
		return r.trickled(m.Trickle)
	case *livekit.SignalResponse_Leave:
		r.end(&LeftError{Reason: m.Leave.GetReason(), Action: m.Leave.GetAction()})
		return nil
	}
	r.mu.Lock()
	err := r.note(message)
	r.mu.Unlock()
	r.changed.Fire()
	return err
}

// note keeps what a message says. r.mu is held.
func (r *Room) note(message *livekit.SignalResponse) (err error) {
	switch m := message.GetMessage().(type) {
	case *livekit.SignalResponse_Update:
		r.us, err = r.others.update(m.Update.GetParticipants(), r.us)
	case *livekit.SignalResponse_RoomUpdate:
		if m.RoomUpdate.GetRoom() != nil {
			r.room = m.RoomUpdate.GetRoom()
		}
	case *livekit.SignalResponse_RefreshToken:
		r.token = m.RefreshToken
	case *livekit.SignalResponse_StreamStateUpdate:
		for _, state := range m.StreamStateUpdate.GetStreamStates() {
			if state.GetState() == livekit.StreamState_PAUSED {
				r.paused[state.GetTrackSid()] = true
			} else {
				delete(r.paused, state.GetTrackSid())
			}
		}
		r.keepKnown(r.paused)
	case *livekit.SignalResponse_SubscriptionPermissionUpdate:
		if m.SubscriptionPermissionUpdate.GetAllowed() {
			delete(r.forbidden, m.SubscriptionPermissionUpdate.GetTrackSid())
		} else {
			r.forbidden[m.SubscriptionPermissionUpdate.GetTrackSid()] = true
		}
		r.keepKnown(r.forbidden)
	case *livekit.SignalResponse_RoomMoved:
		r.token, r.room = m.RoomMoved.GetToken(), m.RoomMoved.GetRoom()
		r.others = make(participants)
		if m.RoomMoved.GetParticipant() != nil {
			r.us = m.RoomMoved.GetParticipant()
		}
		r.us, err = r.others.update(m.RoomMoved.GetOtherParticipants(), r.us)
	}
	return err
}

// maxNoted bounds what is noted of tracks, of a server that makes them up.
const maxNoted = 10_000

// keepKnown forgets what was noted of tracks that are not published any more, if there are many. r.mu is held.
func (r *Room) keepKnown(noted map[string]bool) {
	if len(noted) <= maxNoted {
		return
	}
	known := make(map[string]bool)
	for _, info := range r.others {
		for _, track := range info.GetTracks() {
			known[track.GetSid()] = true
		}
	}
	for sid := range noted {
		if !known[sid] {
			delete(noted, sid)
		}
	}
}

// answer takes an offer.
func (r *Room) answer(offer *livekit.SessionDescription) error {
	sdp, err := r.peer.offer(offer.GetSdp())
	if err != nil {
		return err
	}
	return r.conn.Send(&livekit.SignalRequest{Message: &livekit.SignalRequest_Answer{Answer: &livekit.SessionDescription{
		Type: webrtc.SDPTypeAnswer.String(), Sdp: sdp, Id: offer.GetId(),
	}}})
}

// trickled takes a candidate of the server. One that cannot be read may be of a kind that comes later.
func (r *Room) trickled(trickle *livekit.TrickleRequest) error {
	if trickle.GetTarget() != livekit.SignalTarget_SUBSCRIBER {
		return nil
	}
	var candidate webrtc.ICECandidateInit
	if err := json.Unmarshal([]byte(trickle.GetCandidateInit()), &candidate); err != nil || candidate.Candidate == "" {
		return nil //nolint:nilerr // see above
	}
	if err := r.peer.addCandidate(candidate); err != nil {
		r.log.Debug("candidate not taken", "err", err)
	}
	return nil
}

// sendCandidate sends one of ours.
func (r *Room) sendCandidate(candidate webrtc.ICECandidateInit) {
	text, err := json.Marshal(candidate)
	if err != nil {
		return
	}
	// When the connection has ended, receive says so.
	_ = r.conn.Send(&livekit.SignalRequest{Message: &livekit.SignalRequest_Trickle{Trickle: &livekit.TrickleRequest{
		CandidateInit: string(text), Target: livekit.SignalTarget_SUBSCRIBER,
	}}})
}
