package subscriber

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// receive takes the server's messages until there are no more, or the room has ended. It returns the session that they were of.
func (r *Room) receive() (*session, error) {
	s := r.current()
	r.mu.Lock()
	conn, first := s.conn, s.first
	r.mu.Unlock()
	defer func() {
		if !errors.Is(r.Err(), ErrClosed) {
			conn.Close()
		} // else Close says goodbye on it
	}()
	s.first = nil
	for {
		message, err := first, error(nil)
		if first = nil; message == nil {
			message, err = conn.Receive()
		}
		if err != nil {
			return s, fmt.Errorf("lost the server: %w", err)
		}
		guard.Do("subscriber: message", r, func() { err = r.take(s, message) })
		if errors.Is(err, webrtc.ErrConnectionClosed) || isOfMedia(err) && s.peer.isClosed() {
			err = nil // mediaClosed sees to that, unless a later message says more
		}
		if err != nil {
			r.follow(s, err)
		}
		if err != nil || r.isEnded() {
			return s, err
		}
	}
}

// isOfMedia reports whether it was the media connection that could not take a message.
func isOfMedia(err error) bool {
	var left *LeftError
	return err != nil && !errors.As(err, &left) && !isFinal(err)
}

// follow does what is to be done about an error of take.
func (r *Room) follow(s *session, err error) {
	r.mu.Lock()
	ready, leaving := r.isReady, r.loss != nil && r.loss.replace
	r.mu.Unlock()
	var left *LeftError
	switch isLeave := errors.As(err, &left); {
	case leaving && isLeave && left.Reason == livekit.DisconnectReason_CLIENT_INITIATED:
		// The server answers what lose said to it. We come back.
	case isFinal(err):
		r.end(err)
	case isLeave:
		resume := left.Action == livekit.LeaveRequest_RESUME
		r.lose(s, loss{err: err, replace: !resume, reason: livekit.ReconnectReason_RR_SIGNAL_DISCONNECTED})
	case ready || errors.Is(err, errOtherServer): // an offer that cannot be taken leaves the media connection in no state to go on from
		r.lose(s, loss{err: err, replace: true})
	default:
		r.end(err)
	}
}

// take takes one message. An error is the end of the session's connection, and follow knows what of.
func (r *Room) take(s *session, message *livekit.SignalResponse) error {
	switch m := message.GetMessage().(type) {
	case *livekit.SignalResponse_Offer:
		if s.one {
			return nil
		}
		return r.answer(s, m.Offer)
	case *livekit.SignalResponse_Answer:
		return r.answered(s, m.Answer)
	case *livekit.SignalResponse_MediaSectionsRequirement:
		return r.makeRoom(s, m.MediaSectionsRequirement)
	case *livekit.SignalResponse_Trickle:
		return r.trickled(s, m.Trickle)
	case *livekit.SignalResponse_Reconnect:
		s.peer.setServers(iceServers(m.Reconnect.GetIceServers()))
		return nil
	case *livekit.SignalResponse_Leave:
		return leftError(m.Leave)
	}
	r.mu.Lock()
	changed, err := r.note(message)
	r.mu.Unlock()
	if changed != nil {
		changed.Fire()
	}
	return err
}

// note keeps what a message says, and returns who is to be told, nil if nobody looks at that. r.mu is held.
func (r *Room) note(message *livekit.SignalResponse) (changed *broadcast.Broadcast, err error) {
	switch m := message.GetMessage().(type) {
	case *livekit.SignalResponse_Update:
		r.us, err = r.others.update(m.Update.GetParticipants(), r.us)
		r.keepSpeakers()
	case *livekit.SignalResponse_RoomUpdate:
		if m.RoomUpdate.GetRoom() != nil {
			r.room = m.RoomUpdate.GetRoom()
		}
		return nil, nil
	case *livekit.SignalResponse_RefreshToken:
		r.token = m.RefreshToken
		return nil, nil
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
	case *livekit.SignalResponse_SpeakersChanged:
		r.noteSpeakers(m.SpeakersChanged.GetSpeakers())
		return &r.peopleChanged, nil
	case *livekit.SignalResponse_ConnectionQuality:
		r.noteQualities(m.ConnectionQuality.GetUpdates())
		return &r.peopleChanged, nil
	case *livekit.SignalResponse_SubscriptionResponse:
		if why := m.SubscriptionResponse.GetErr(); why != livekit.SubscriptionError_SE_UNKNOWN && len(r.refused) < maxNoted {
			r.refused[m.SubscriptionResponse.GetTrackSid()] = why
		}
	case *livekit.SignalResponse_RoomMoved:
		r.token, r.room = m.RoomMoved.GetToken(), m.RoomMoved.GetRoom()
		r.others, r.wishes = make(participants), newWishes()
		if m.RoomMoved.GetParticipant() != nil {
			r.us = m.RoomMoved.GetParticipant()
		}
		r.us, err = r.others.update(m.RoomMoved.GetOtherParticipants(), r.us)
		r.keepSpeakers()
	default:
		return nil, nil
	}
	return &r.changed, err
}

// maxNoted bounds what is noted of tracks, of a server that makes them up.
const maxNoted = 10_000

// keepKnown forgets what was noted of tracks that are not published any more, if there are many. r.mu is held.
func (r *Room) keepKnown(noted map[string]bool) {
	if len(noted) <= maxNoted {
		return
	}
	published := r.published()
	maps.DeleteFunc(noted, func(sid string, _ bool) bool { return !published[sid] })
}

// published is Published, with r.mu held.
func (r *Room) published() map[string]bool {
	published := make(map[string]bool)
	for _, info := range r.others {
		for _, track := range info.GetTracks() {
			published[track.GetSid()] = true
		}
	}
	return published
}

// answer takes an offer.
func (r *Room) answer(s *session, offer *livekit.SessionDescription) error {
	r.log.Log(r.ctx, LevelTrace, "offer", "sdp", offer.GetSdp())
	sdp, err := s.peer.offer(offer.GetSdp())
	if err != nil {
		return err
	}
	r.log.Log(r.ctx, LevelTrace, "answer", "sdp", sdp)
	r.send(s, &livekit.SignalRequest{Message: &livekit.SignalRequest_Answer{Answer: &livekit.SessionDescription{
		Type: webrtc.SDPTypeAnswer.String(), Sdp: sdp, Id: offer.GetId(),
	}}})
	return nil
}

// offer offers what there is room for.
func (r *Room) offer(s *session, restart bool) error {
	offer, err := s.peer.nextOffer(restart)
	if err != nil {
		return err
	}
	r.log.Log(r.ctx, LevelTrace, "offer", "sdp", offer.GetSdp())
	r.send(s, &livekit.SignalRequest{Message: &livekit.SignalRequest_Offer{Offer: offer}})
	return nil
}

// answered takes the answer to an offer of ours.
func (r *Room) answered(s *session, answer *livekit.SessionDescription) error {
	r.log.Log(r.ctx, LevelTrace, "answer", "sdp", answer.GetSdp())
	due, err := s.peer.answered(answer)
	if err != nil || !due {
		return err
	}
	return r.offer(s, false)
}

// makeRoom offers what the server needs to send what it was told to.
func (r *Room) makeRoom(s *session, need *livekit.MediaSectionsRequirement) error {
	if !s.one {
		return nil
	}
	due, err := s.peer.makeRoom(sections{int(need.GetNumAudios()), int(need.GetNumVideos())})
	if err != nil || !due {
		return err
	}
	return r.offer(s, false)
}

// send sends a message that is of use to the present connection of a session only. When that has ended, receive says so.
func (r *Room) send(s *session, message *livekit.SignalRequest) {
	r.mu.Lock()
	conn := s.conn
	r.mu.Unlock()
	_ = conn.Send(message)
}

// trickled takes a candidate of the server. One that cannot be read may be of a kind that comes later.
func (r *Room) trickled(s *session, trickle *livekit.TrickleRequest) error {
	if trickle.GetTarget() != s.peer.config.target {
		return nil
	}
	var candidate webrtc.ICECandidateInit
	if err := json.Unmarshal([]byte(trickle.GetCandidateInit()), &candidate); err != nil || candidate.Candidate == "" {
		return nil //nolint:nilerr // see above
	}
	if err := s.peer.addCandidate(candidate); err != nil {
		r.log.Debug("candidate not taken", "err", err)
	}
	return nil
}

// sendCandidate sends one of ours.
func (r *Room) sendCandidate(s *session, candidate webrtc.ICECandidateInit) {
	text, err := json.Marshal(candidate)
	if err != nil {
		return
	}
	r.send(s, &livekit.SignalRequest{Message: &livekit.SignalRequest_Trickle{Trickle: &livekit.TrickleRequest{
		CandidateInit: string(text), Target: s.peer.config.target,
	}}})
}
