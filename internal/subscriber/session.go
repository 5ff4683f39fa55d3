package subscriber

import (
	"errors"
	"slices"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/signal"
)

// session is our part in the room as the server knows it: one peer connection, and signalling, which is another one after the
// session was resumed. What becomes of a session that was replaced does not matter any more.
type session struct {
	peer                  *peer
	one                   bool // peer connection: we offer
	pingEvery, pingWithin time.Duration
	first                 *livekit.SignalResponse // that the server sent to resume; for the goroutine of run

	// The rest is guarded by Room.mu.
	conn     *signal.Conn
	connects int       // how often the media connection has come about
	resumed  int       // what connects was when the session was last resumed
	at       time.Time // when that was
}

// joinedOf reads the first message of a server that was asked to let us in.
func joinedOf(conn *signal.Conn, first *livekit.SignalResponse) (*livekit.JoinResponse, error) {
	var joined *livekit.JoinResponse
	switch m := first.GetMessage().(type) {
	case *livekit.SignalResponse_Join:
		joined = m.Join
	case *livekit.SignalResponse_Leave:
		return nil, leftError(m.Leave)
	default:
		return nil, errors.New("the server does not say that we have joined: is it a LiveKit server?")
	}
	if joined.GetParticipant() == nil || joined.GetRoom() == nil {
		return nil, errors.New("the server says that we have joined, but not what")
	}
	if p := joined.GetParticipant().GetPermission(); p != nil && !p.GetCanSubscribe() {
		return nil, ErrCannotSubscribe
	}
	if !conn.One && !joined.GetSubscriberPrimary() {
		return nil, errors.New("the server does not open the media connection by itself: it is too old")
	}
	return joined, nil
}

// newSession begins a session, which is nobody's until it is adopted.
func (r *Room) newSession(conn *signal.Conn, joined *livekit.JoinResponse) (*session, error) {
	s := &session{
		conn: conn, one: conn.One, resumed: -1,
		pingEvery:  time.Duration(joined.GetPingInterval()) * time.Second,
		pingWithin: time.Duration(joined.GetPingTimeout()) * time.Second,
	}
	c := peerConfig{
		servers: iceServers(joined.GetIceServers()), policy: webrtc.ICETransportPolicyAll, networks: r.config.Networks,
		indirect: r.config.Indirect, noRedundancy: r.config.NoRedundancy, interceptors: r.config.Interceptors, data: r.config.OnData,
		target: livekit.SignalTarget_SUBSCRIBER, log: r.log, owner: r,
		candidate: func(c webrtc.ICECandidateInit) { r.sendCandidate(s, c) },
		state:     func(state webrtc.PeerConnectionState) { r.stateChanged(s, state) },
		began:     func(t *Track) { r.trackBegan(s, t) }, ended: r.trackEnded,
	}
	if r.config.RelayOnly || joined.GetClientConfiguration().GetForceRelay() == livekit.ClientConfigSetting_ENABLED {
		c.policy = webrtc.ICETransportPolicyRelay
	}
	if c.networks == nil {
		c.networks = []webrtc.NetworkType{
			webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6,
		}
	}
	if s.one {
		c.target = livekit.SignalTarget_PUBLISHER
		c.udpFirst = slices.Contains(c.networks, webrtc.NetworkTypeUDP4) || slices.Contains(c.networks, webrtc.NetworkTypeUDP6)
	}
	c.noRelay = func() { r.noRelay(s) }
	var err error
	if s.peer, err = newPeer(c); err != nil || !s.one {
		return s, err
	}
	if err = s.peer.prepare(); err != nil {
		s.peer.close()
	}
	return s, err
}

// adopt makes a session ours, in place of the one before. It fails when the room has ended, or cannot be as the server says.
func (r *Room) adopt(s *session, joined *livekit.JoinResponse) error {
	r.telling.Lock()
	defer r.telling.Unlock()
	others := make(participants)
	us, err := others.update(joined.GetOtherParticipants(), joined.GetParticipant())
	if err != nil {
		return err
	}
	r.mu.Lock()
	if r.err != nil {
		defer r.mu.Unlock()
		return r.err
	}
	r.session, r.loss = s, nil
	r.room, r.sif, r.us, r.others = joined.GetRoom(), joined.GetSifTrailer(), us, others
	r.forget()
	r.mu.Unlock()
	s.conn.KeepAlive(s.pingEvery, s.pingWithin)
	r.changed.Fire()
	return nil
}

// forget makes what belongs to a session what it is at the beginning of one. r.mu is held.
func (r *Room) forget() {
	r.wishes = newWishes()
	r.paused, r.forbidden = make(map[string]bool), make(map[string]bool)
	r.refused = make(map[string]livekit.SubscriptionError)
	r.speakers = make(map[string]*livekit.SpeakerInfo)
	r.qualities = make(map[string]*livekit.ConnectionQualityInfo)
	r.tracks = make(map[string]*Track)
}

// discard ends what is left of a session that cannot be resumed. Its tracks have ended when discard returns.
func (r *Room) discard(s *session) {
	r.mu.Lock()
	r.forget()
	r.mu.Unlock()
	s.peer.streams.closeAll()
	// pion's SCTP takes 0.4 s to notice that nobody listens any more.
	guard.Go(&r.work, "subscriber: old session", r, s.peer.close)
	r.changed.Fire()
}

// current returns our session.
func (r *Room) current() *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.session
}

func iceServers(all []*livekit.ICEServer) []webrtc.ICEServer {
	servers := make([]webrtc.ICEServer, len(all))
	for i, s := range all {
		servers[i] = webrtc.ICEServer{URLs: s.GetUrls(), Username: s.GetUsername(), Credential: s.GetCredential()}
	}
	return servers
}
