package room

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// Connection is a participant in a room that only receives. It reconnects automatically. Its methods may be called from
// any goroutine.
type Connection struct {
	target  target
	log     *slog.Logger
	sdk     *lksdk.Room
	peers   peers
	roaming *roaming
	changed broadcast.Broadcast
	done    chan struct{} // closed when the state becomes StateClosed

	closing   sync.Once
	closeDone chan struct{}
	sources   sync.WaitGroup // the Sources of our subscriptions, including their final callbacks

	mu      sync.Mutex
	state   State
	err     error
	session string               // our participant SID, which changes when a session is replaced but not when it is resumed
	media   map[string]*incoming // by track SID, for as long as the publication has media
	failed  map[string]bool      // track SIDs whose subscription failed in the SDK

	wishing    sync.Mutex // locked before mu; not held while sending to the server
	wishes     wishes
	subscribed map[string]bool // track SIDs that the server was last told to send
	teller     teller
}

// Join joins a room. It returns when tracks can be received, or with an error that says what to do: *SettingsError,
// *UnauthorizedError, *UnreachableError, *TimeoutError, *RefusedError, *DisconnectedError, or the cause of ctx's end.
// ctx is not used after Join has returned.
func Join(ctx context.Context, config Config) (*Connection, error) {
	t, err := config.target()
	if err != nil {
		return nil, err
	}
	c := &Connection{
		target: t, log: config.Logger, state: StateConnecting,
		done: make(chan struct{}), closeDone: make(chan struct{}),
		media: make(map[string]*incoming), failed: make(map[string]bool), wishes: make(wishes),
		subscribed: make(map[string]bool),
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.teller = teller{owner: c, tell: c.tellWanted}
	c.peers.owner = c
	c.peers.opening = c.forgetBeforeRejoin
	c.peers.refused = func() { leaveAgain(c.sdk) }
	c.sdk = lksdk.NewRoom(c.callbacks())
	logger := sdk.NewLogger(config.Logger, sdk.NewRedactor(t.token, config.APISecret))
	c.roaming = newRoaming(c)
	j := &join{target: t, sdk: c.sdk, peers: &c.peers, owner: c, beforeDial: c.roaming.beforeDial}
	if err := j.run(ctx, c.done, lksdk.WithLogger(logger)); err != nil {
		c.roaming.stop()
		c.teller.stop()
		if ended := c.Err(); ended != nil {
			return nil, ended
		}
		return nil, err
	}
	if p := c.sdk.LocalParticipant.Permissions(); p != nil && !p.GetCanSubscribe() {
		c.Close()
		return nil, cannotSubscribe()
	}
	c.enter(StateConnected)
	c.roaming.start(j.trace.ownEnd())
	c.log.Info("joined", "room", c.Room(), "identity", c.Identity(), "url", t.url)
	return c, nil
}

// Room returns the name of the room.
func (c *Connection) Room() string { return c.sdk.Name() }

// Identity returns our identity in the room.
func (c *Connection) Identity() string { return c.sdk.LocalParticipant.Identity() }

// SIFTrailer returns the bytes at the end of each frame that the server injects into an encrypted track.
func (c *Connection) SIFTrailer() []byte { return c.sdk.SifTrailer() }

// State returns the present state.
func (c *Connection) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Changed returns a channel that is closed at the next change of the state, of the participants in the room, or of what
// they publish. Call it before reading these.
func (c *Connection) Changed() <-chan struct{} { return c.changed.Wait() }

// Done returns a channel that is closed when the connection has ended for good.
func (c *Connection) Done() <-chan struct{} { return c.done }

// Err returns nil before Done, then ErrClosed or a *DisconnectedError.
func (c *Connection) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Close leaves the room. Every Track ends and every Selector returns ErrClosed. Close is idempotent, and waits until
// the media connections are closed, in every goroutine that calls it.
//
// It does not wait for a reconnect of the SDK that is in progress. The SDK finishes that attempt, which fails after at
// most Config.ConnectTimeout and three seconds, or the pause of up to 24 s after it. It does so without media
// connections.
func (c *Connection) Close() {
	c.closing.Do(func() {
		defer close(c.closeDone)
		c.end(ErrClosed)
		c.roaming.stop()
		err := leave(c.sdk, &c.peers, c)
		c.teller.stop()
		c.dropAllMedia()
		if err != nil {
			c.log.Warn("media connections are slow to close", "open", c.peers.count())
			return
		}
		c.sources.Wait()
	})
	<-c.closeDone
}

// Serve makes a Selector follow what is published in the room. The Selector must not be served by another Connection.
// Selectors are independent of each other, even if they choose the same track.
func (c *Connection) Serve(selector CriteriaSelector) { selector.serve(c) }

// enter sets a state that is not final.
func (c *Connection) enter(state State) {
	c.mu.Lock()
	if c.state != StateClosed {
		c.state = state
		c.session = c.sdk.LocalParticipant.SID()
	}
	c.mu.Unlock()
	c.changed.Fire()
}

// end sets StateClosed. The first reason is kept.
func (c *Connection) end(reason error) {
	c.mu.Lock()
	if c.state == StateClosed {
		c.mu.Unlock()
		return
	}
	c.state, c.err = StateClosed, reason
	close(c.done)
	c.mu.Unlock()
	c.changed.Fire()
	c.log.Info("left", "room", c.target.room, "reason", reason)
}

// callbacks turns every event of the SDK into a change, and handles what cannot be queried later. Some callbacks are
// called with locks of the SDK held, so none may call a method of the SDK's Room.
func (c *Connection) callbacks() *lksdk.RoomCallback {
	changed := guard.Func("room: something changed", c, c.changed.Fire)
	return &lksdk.RoomCallback{
		OnDisconnected:            guard.Func("room: disconnected", c, c.disconnected),
		OnReconnecting:            guard.Func("room: reconnecting", c, c.reconnecting),
		OnReconnected:             guard.Func("room: reconnected", c, c.reconnected),
		OnParticipantConnected:    func(*lksdk.RemoteParticipant) { changed() },
		OnParticipantDisconnected: func(*lksdk.RemoteParticipant) { changed() },
		OnRoomMoved:               func(string, string) { changed() },
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackPublished:    func(*lksdk.RemoteTrackPublication, *lksdk.RemoteParticipant) { changed() },
			OnTrackUnpublished:  func(*lksdk.RemoteTrackPublication, *lksdk.RemoteParticipant) { changed() },
			OnTrackMuted:        func(lksdk.TrackPublication, lksdk.Participant) { changed() },
			OnTrackUnmuted:      func(lksdk.TrackPublication, lksdk.Participant) { changed() },
			OnMetadataChanged:   func(string, lksdk.Participant) { changed() },
			OnAttributesChanged: func(map[string]string, lksdk.Participant) { changed() },
			OnTrackSubscribed: func(remote *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
				guard.Do("room: track subscribed", c, func() { c.attached(remote, pub) })
			},
			OnTrackUnsubscribed: func(_ *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
				guard.Do("room: track unsubscribed", c, func() { c.detached(pub.SID()) })
			},
			OnTrackSubscriptionFailed: func(sid string, _ *lksdk.RemoteParticipant) {
				guard.Do("room: subscription failed", c, func() { c.subscriptionFailed(sid) })
			},
		},
	}
}

// Panicked implements guard.Owner: the connection ends.
func (c *Connection) Panicked(err *guard.Error) {
	c.end(err)
	c.mu.Lock()
	all := slices.Collect(maps.Values(c.media))
	c.mu.Unlock()
	for _, m := range all {
		m.source.Panicked(err)
	}
}

// reconnecting is called before the first attempt, which waits for it to return.
func (c *Connection) reconnecting() {
	c.log.Info("reconnecting", "room", c.target.room)
	c.enter(StateReconnecting)
	c.roaming.beforeReconnecting()
}

func (c *Connection) disconnected() {
	c.end(&DisconnectedError{Room: c.target.room, Reason: c.sdk.DisconnectReason()})
}

// reconnected is called after a session was resumed or replaced. In both cases the wishes are sent again: the server
// does not know those that were made while it was away, and a new session has none.
func (c *Connection) reconnected() {
	c.log.Info("reconnected", "room", c.target.room)
	c.wishAgain()
	c.enter(StateConnected)
}

// forgetBeforeRejoin makes the SDK forget all participants when a session is replaced after an attempt to resume it has
// failed. The SDK only does so if its first attempt is a replacement; otherwise participants that left meanwhile would
// stay in its list for ever, and the others would keep media that no longer flows.
func (c *Connection) forgetBeforeRejoin() {
	if c.State() != StateReconnecting {
		return
	}
	for _, rp := range c.sdk.GetRemoteParticipants() {
		c.sdk.OnParticipantDisconnect(rp, livekit.DisconnectReason_UNKNOWN_REASON)
	}
}
