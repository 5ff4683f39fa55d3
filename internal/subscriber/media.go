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
	if s.peer.pc.ConnectionState() == webrtc.PeerConnectionStateConnected {
		r.connected()
		return
	}
	r.mediaTimer = time.AfterFunc(cmp.Or(r.config.mediaTimeout, mediaTimeout), guard.Func("subscriber: no media", r, func() {
		r.lose(s, loss{err: s.peer.failure(), replace: true})
	}))
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
	}
	r.changed.Fire()
}
