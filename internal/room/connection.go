package room

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/redact"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// Connection is a participant in a room that only receives. It reconnects automatically. Its methods may be called from
// any goroutine.
type Connection struct {
	target  target
	attempt attempt
	log     *slog.Logger
	sub     *subscriber.Room
	peers   peers
	roaming *roaming
	changed broadcast.Broadcast
	done    chan struct{} // closed when the state becomes StateClosed

	beginning sync.Once // when media can come for the first time
	closing   sync.Once
	closeDone chan struct{}
	following sync.WaitGroup             // the goroutine of follow
	begun     map[*subscriber.Track]bool // what media was begun with; only follow uses it
	sources   sync.WaitGroup             // the Sources of our subscriptions, including their final callbacks

	mu      sync.Mutex
	state   State
	err     error
	session string               // our participant SID, which changes when a session is replaced but not when it is resumed
	media   map[string]*incoming // by track SID, for as long as the publication has media

	wishing sync.Mutex // locked before mu; not held while sending to the server
	wishes  Wishes
	teller  *Teller

	followed *followed
}

// Join joins a room. It returns when the server has let us in: tracks can be subscribed to, and Ready says when they can be
// received. Or it returns an error that says what to do: *SettingsError, *UnauthorizedError, *UnreachableError, *TimeoutError,
// *RefusedError, *DisconnectedError, or the cause of ctx's end. ctx is not used after Join has returned.
func Join(ctx context.Context, config Config) (*Connection, error) {
	t, err := config.target()
	if err != nil {
		return nil, err
	}
	c := &Connection{
		target: t, log: config.Logger, state: StateConnecting, attempt: attempt{target: t},
		done: make(chan struct{}), closeDone: make(chan struct{}),
		media: make(map[string]*incoming), wishes: make(Wishes),
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.log = redact.Logger(c.log, t.token, config.APISecret)
	c.teller = NewTeller(c, c.tellWanted)
	c.followed = newFollowed(c.changed.Fire)
	c.peers.owner = c
	if c.sub, err = c.attempt.join(ctx, c.log, c, &c.peers); err != nil {
		return nil, err
	}
	c.roaming = newRoaming(c)
	c.follow()
	guard.Go(&c.following, "room: follow", c, c.followAll)
	return c, nil
}

// Ready returns when tracks can be received, or with an error as of Join's, within what is left of the ConnectTimeout. Until then
// the track of a Selector that is served is asked for already; selector may be nil. After an error the connection is of no use.
func (c *Connection) Ready(ctx context.Context, selector CriteriaSelector) error {
	begin := func() {}
	if selector != nil {
		begin = selector.begin
	}
	if err := c.attempt.ready(ctx, c.sub, c.changed.Wait, begin); err != nil {
		if ctx.Err() == nil {
			c.end(err)
		}
		return err
	}
	c.beginning.Do(func() {
		c.roaming.start()
		c.log.Info("joined", "room", c.Room(), "identity", c.Identity(), "url", c.target.url)
	})
	return nil
}

// Room returns the name of the room.
func (c *Connection) Room() string { return c.sub.Name() }

// Identity returns our identity in the room.
func (c *Connection) Identity() string { return c.sub.Participant().GetIdentity() }

// SIFTrailer returns the bytes at the end of each frame that the server injects into an encrypted track.
func (c *Connection) SIFTrailer() []byte { return c.sub.SIFTrailer() }

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

// Err returns nil before Done, then ErrClosed, a *DisconnectedError, a *guard.Error, or the error of Ready.
func (c *Connection) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Close leaves the room. Every Track ends and every Selector returns ErrClosed. Close is idempotent, and waits until
// every goroutine of the connection has ended, in every goroutine that calls it. It does not wait for the server.
func (c *Connection) Close() {
	c.closing.Do(func() {
		defer close(c.closeDone)
		c.end(ErrClosed)
		c.roaming.stop()
		c.sub.Close()
		c.following.Wait()
		c.teller.stop()
		c.dropAllMedia()
		c.sources.Wait()
	})
	<-c.closeDone
}

// Serve makes a Selector follow what is published in the room. The Selector must not be served by another Connection.
// Selectors are independent of each other, even if they choose the same track.
func (c *Connection) Serve(selector CriteriaSelector) { selector.serve(c) }

// followAll follows the room until it has been left.
func (c *Connection) followAll() {
	for {
		changed := c.sub.Changed()
		c.follow()
		select {
		case <-changed:
		case <-c.sub.Done():
			c.end(c.reason(c.sub.Err()))
			return
		}
	}
}

// follow takes over the present state of the room.
func (c *Connection) follow() {
	session := c.sub.Participant().GetSid()
	switch c.sub.State() {
	case subscriber.StateConnected:
		c.enter(StateConnected, session)
		c.followMedia()
		c.changed.Fire()
	case subscriber.StateReconnecting:
		c.enter(StateReconnecting, session)
	case subscriber.StateEnded: // followAll says why
	}
}

// enter sets a state that is not final.
func (c *Connection) enter(state State, session string) {
	c.mu.Lock()
	before, former := c.state, c.session
	if before == StateClosed || before == state && former == session {
		c.mu.Unlock()
		return
	}
	if state == StateConnected { // until then the wishes belong to the session before
		c.session = session
	}
	c.state = state
	c.mu.Unlock()
	switch {
	case state == StateReconnecting && before != state:
		c.log.Info("reconnecting", "room", c.target.room)
	case state == StateConnected && former != "":
		c.log.Info("reconnected", "room", c.target.room)
		if former != session {
			c.forgetTold()
		}
	}
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

// reason turns the reason for which the subscriber has ended into ours.
func (c *Connection) reason(err error) error {
	var internal *guard.Error
	var left *subscriber.LeftError
	switch {
	case errors.As(err, &internal):
		return internal
	case errors.As(err, &left):
		return &DisconnectedError{Room: c.target.room, Reason: left.Reason}
	case errors.Is(err, subscriber.ErrMedia):
		return &DisconnectedError{Room: c.target.room, Reason: livekit.DisconnectReason_MEDIA_FAILURE}
	}
	return &DisconnectedError{Room: c.target.room, Reason: livekit.DisconnectReason_SIGNAL_CLOSE, Err: err}
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
