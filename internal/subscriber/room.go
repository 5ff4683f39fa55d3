package subscriber

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/signal"
)

// Config says which room to join and as whom.
type Config struct {
	signal.Config
	// Networks are those that media may come through. Nil is UDP and TCP, of IPv4 and IPv6.
	Networks []webrtc.NetworkType
	// RelayOnly has media come through a TURN server only.
	RelayOnly bool
	// Indirect leaves it to pion to decrypt packets, as it does with those that come over TCP or through a TURN server.
	Indirect bool
	// Logger receives what happens, without secrets but for the passwords of ICE at the level below Debug. Nil is silence.
	Logger *slog.Logger
}

// Room is one participant in one room, which receives and sends nothing. Its methods may be called from any goroutine.
type Room struct {
	log     *slog.Logger
	conn    *signal.Conn
	peer    *peer
	sif     []byte
	changed broadcast.Broadcast
	done    chan struct{}
	ready   chan struct{} // closed when media can come
	work    sync.WaitGroup
	closing sync.Once
	left    chan struct{} // closed when Close has done all

	mu        sync.Mutex
	isReady   bool
	err       error
	us        *livekit.ParticipantInfo
	others    participants
	room      *livekit.Room
	token     string // the last one that the server gave
	paused    map[string]bool
	forbidden map[string]bool
	tracks    map[string]*Track // by SID
}

// Join enters a room. It returns when the server has let us in: what is published can be subscribed to at once, and Ready says
// when the media connection is there. It returns the cause of ctx's end, a *signal.RefusedError, a *LeftError, or the error of
// the network. ctx is not used afterwards.
func Join(ctx context.Context, config Config) (*Room, error) {
	r := &Room{
		log: config.Logger, done: make(chan struct{}), ready: make(chan struct{}), left: make(chan struct{}),
		others: make(participants), paused: make(map[string]bool), forbidden: make(map[string]bool),
		tracks: make(map[string]*Track), token: config.Token,
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	conn, first, err := signal.Dial(ctx, config.Config, r)
	if err != nil {
		return nil, err
	}
	r.conn = conn
	if err := r.begin(config, first); err != nil {
		conn.Leave(livekit.DisconnectReason_JOIN_FAILURE)
		return nil, err
	}
	guard.Go(&r.work, "subscriber: messages", r, r.receive)
	return r, nil
}

// begin takes the first message.
func (r *Room) begin(config Config, first *livekit.SignalResponse) (err error) {
	var joined *livekit.JoinResponse
	switch m := first.GetMessage().(type) {
	case *livekit.SignalResponse_Join:
		joined = m.Join
	case *livekit.SignalResponse_Leave:
		return &LeftError{Reason: m.Leave.GetReason(), Action: m.Leave.GetAction()}
	default:
		return errors.New("the server does not say that we have joined: is it a LiveKit server?")
	}
	if joined.GetParticipant() == nil || joined.GetRoom() == nil {
		return errors.New("the server says that we have joined, but not what")
	}
	if !joined.GetSubscriberPrimary() {
		return errors.New("the server does not open the media connection by itself: it is too old, or the token does not allow subscribing")
	}
	r.room, r.sif = joined.GetRoom(), joined.GetSifTrailer()
	if r.us, err = r.others.update(joined.GetOtherParticipants(), joined.GetParticipant()); err != nil {
		return err
	}
	r.conn.KeepAlive(time.Duration(joined.GetPingInterval())*time.Second, time.Duration(joined.GetPingTimeout())*time.Second)
	c := peerConfig{
		servers: iceServers(joined.GetIceServers()), policy: webrtc.ICETransportPolicyAll, networks: config.Networks,
		indirect: config.Indirect,
		log:      r.log, owner: r,
		candidate: r.sendCandidate, state: r.stateChanged, began: r.trackBegan, ended: r.trackEnded,
	}
	if config.RelayOnly || joined.GetClientConfiguration().GetForceRelay() == livekit.ClientConfigSetting_ENABLED {
		c.policy = webrtc.ICETransportPolicyRelay
	}
	if c.networks == nil {
		c.networks = []webrtc.NetworkType{
			webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6,
		}
	}
	r.peer, err = newPeer(c)
	return err
}

func iceServers(all []*livekit.ICEServer) []webrtc.ICEServer {
	servers := make([]webrtc.ICEServer, len(all))
	for i, s := range all {
		servers[i] = webrtc.ICEServer{URLs: s.GetUrls(), Username: s.GetUsername(), Credential: s.GetCredential()}
	}
	return servers
}

// Name returns the name of the room.
func (r *Room) Name() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.room.GetName()
}

// SIFTrailer returns the bytes that end a frame which the server put in place of an encrypted one.
func (r *Room) SIFTrailer() []byte { return r.sif }

// Changed returns a channel that is closed at the next change of anything. Take it before looking.
func (r *Room) Changed() <-chan struct{} { return r.changed.Wait() }

// Ready is closed when the media connection is there.
func (r *Room) Ready() <-chan struct{} { return r.ready }

// Path describes the way that media comes, empty while there is none.
func (r *Room) Path() string { return r.peer.path() }

// Done is closed when the room has been left, for whatever reason. Close it all the same.
func (r *Room) Done() <-chan struct{} { return r.done }

// Err returns nil before Done, then why: ErrClosed, ErrMedia, a *LeftError, a *guard.Error, or the error of the network.
func (r *Room) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

func (r *Room) isEnded() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// Subscribe tells the server whether to send us a track. Track gives its media when it comes.
//
// A track is named once in a message: livekit-server has a queue of 50 for those that are named, and what finds no room in it
// waits for up to 3 s.
func (r *Room) Subscribe(participantSID, sid string, subscribe bool) error {
	return r.conn.Send(&livekit.SignalRequest{Message: &livekit.SignalRequest_Subscription{
		Subscription: &livekit.UpdateSubscription{
			Subscribe:         subscribe,
			ParticipantTracks: []*livekit.ParticipantTracks{{ParticipantSid: participantSID, TrackSids: []string{sid}}},
		},
	}})
}

// SetTrack tells the server what to send of a track.
func (r *Room) SetTrack(settings *livekit.UpdateTrackSettings) error {
	return r.conn.Send(&livekit.SignalRequest{Message: &livekit.SignalRequest_TrackSetting{TrackSetting: settings}})
}

// Track returns the media that comes of a track, or nil while none does.
func (r *Room) Track(sid string) *Track {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tracks[sid]
}

// Paused reports whether the server has paused a track because the path is too narrow.
func (r *Room) Paused(sid string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.paused[sid]
}

// Forbidden reports whether the publisher of a track does not let us have it.
func (r *Room) Forbidden(sid string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.forbidden[sid]
}

func (r *Room) trackBegan(t *Track) {
	r.mu.Lock()
	r.tracks[t.SID] = t
	r.mu.Unlock()
	r.changed.Fire()
}

func (r *Room) trackEnded(t *Track) {
	r.mu.Lock()
	if r.tracks[t.SID] == t {
		delete(r.tracks, t.SID)
	}
	r.mu.Unlock()
	r.changed.Fire()
}

func (r *Room) stateChanged(state webrtc.PeerConnectionState) {
	switch state { //nolint:exhaustive // the others are on the way to these
	case webrtc.PeerConnectionStateConnected:
		r.mu.Lock()
		if !r.isReady {
			r.isReady = true
			close(r.ready)
		}
		r.mu.Unlock()
	case webrtc.PeerConnectionStateFailed:
		r.end(ErrMedia)
	}
	r.changed.Fire()
}

// end says that nothing comes any more. The first reason stands.
func (r *Room) end(reason error) {
	r.mu.Lock()
	if r.err != nil {
		r.mu.Unlock()
		return
	}
	r.err = reason
	close(r.done)
	tracks := maps.Clone(r.tracks)
	r.mu.Unlock()
	for _, t := range tracks {
		t.end()
	}
	r.changed.Fire()
	r.log.Info("left", "reason", reason)
}

// Panicked implements guard.Owner: it is the end of the room.
func (r *Room) Panicked(err *guard.Error) { r.end(err) }

// Close leaves the room. It returns when every goroutine is gone, and does not wait for the server. It is idempotent; called
// from several goroutines, each waits.
func (r *Room) Close() {
	r.closing.Do(func() {
		defer close(r.left)
		r.end(ErrClosed)
		r.peer.close()
		r.conn.Leave(livekit.DisconnectReason_CLIENT_INITIATED)
		r.work.Wait()
	})
	<-r.left
}
