package subscriber

import (
	"cmp"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// awaitMedia has the session replaced when its media connection does not come about in time. r.mu is held.
func (r *Room) awaitMedia(s *session) {
	if r.err != nil || r.loss != nil {
		return
	}
	switch s.peer.pc.ConnectionState() {
	case webrtc.PeerConnectionStateConnected:
		r.connected()
	case webrtc.PeerConnectionStateClosed:
		r.replaceAfter(0, s)
	default:
		r.replaceAfter(cmp.Or(r.config.mediaTimeout, mediaTimeout), s)
	}
}

// replaceAfter has a session replaced unless its media connection comes about meanwhile, or the server is lost. r.mu is held.
func (r *Room) replaceAfter(timeout time.Duration, s *session) {
	r.stopAwaitingMedia()
	r.mediaTimer = time.AfterFunc(timeout, guard.Func("subscriber: no media", r, func() {
		r.lose(s, loss{err: s.peer.failure(), replace: true})
	}))
}

// mediaClosed is called when a media connection is closed, by us or by the server. A server that removes us closes it first, and
// what it says of that is still to be received: whoever comes back before would not hear that it was sent away.
func (r *Room) mediaClosed(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.session != s || r.err != nil || r.loss != nil {
		return
	}
	r.replaceAfter(reasonTimeout, s)
}

// stopAwaitingMedia is called with r.mu held.
func (r *Room) stopAwaitingMedia() {
	if r.mediaTimer != nil {
		r.mediaTimer.Stop()
		r.mediaTimer = nil
	}
}

// connected is called when there are signalling and media. r.mu is held.
func (r *Room) connected() {
	r.stopAwaitingMedia()
	r.state, r.connectedAt = StateConnected, time.Now()
}

func (r *Room) stateChanged(s *session, state webrtc.PeerConnectionState) {
	switch state { //nolint:exhaustive // the others are on the way to these
	case webrtc.PeerConnectionStateConnected:
		s.peer.relays.forget()
		r.mu.Lock()
		s.connects++
		if r.session == s && r.err == nil {
			if !r.isReady {
				r.isReady = true
				close(r.ready)
			}
			if r.loss == nil {
				r.connected()
			}
		}
		r.mu.Unlock()
	case webrtc.PeerConnectionStateFailed:
		r.mu.Lock()
		first := !r.isReady && r.session == s
		// What resuming did not mend is not resumed again.
		again := s.resumed == s.connects && time.Since(s.at) < reconnectLimit
		r.mu.Unlock()
		if first {
			r.end(s.peer.failure())
			return
		}
		reason := livekit.ReconnectReason_RR_SUBSCRIBER_FAILED
		if s.one {
			reason = livekit.ReconnectReason_RR_PUBLISHER_FAILED
		}
		r.lose(s, loss{err: s.peer.failure(), replace: again, reason: reason})
	case webrtc.PeerConnectionStateClosed:
		r.mediaClosed(s)
	}
	r.changed.Fire()
}
