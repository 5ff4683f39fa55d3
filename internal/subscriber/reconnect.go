package subscriber

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/signal"
)

// loss is why a session does not work any more, and what is tried: to resume it, which keeps the tracks, or to replace it.
type loss struct {
	err     error
	replace bool
	reason  livekit.ReconnectReason // for the server
}

// Reconnect has the session resumed, as if the server had been lost: for who finds the path to it dead earlier than ICE does.
// While we are reconnecting, it does nothing.
func (r *Room) Reconnect() {
	r.lose(r.current(), loss{err: errors.New("we were told to reconnect"), reason: livekit.ReconnectReason_RR_SWITCH_CANDIDATE})
}

// stuckTime is how long a try to reconnect may take to get an answer from a server that can be reached.
const stuckTime = time.Second

// Hurry has the next try to reconnect begin at once, and gives up one that is under way and was begun too long ago: for who
// knows that the network is there again. It does nothing when there is signalling. If the try has begun a moment ago, it returns
// when to call Hurry again.
func (r *Room) Hurry() (again time.Duration) {
	r.mu.Lock()
	lost, giveUp, age := r.loss != nil, r.giveUp, time.Since(r.tryBegan)
	r.mu.Unlock()
	switch {
	case !lost:
		return 0
	case giveUp != nil && age < stuckTime:
		return stuckTime - age
	}
	select {
	case r.hurry <- struct{}{}:
	default:
	}
	if giveUp != nil {
		giveUp()
	}
	return 0
}

// run takes the server's messages, reconnects when there are no more, and then ends the media connection.
func (r *Room) run() {
	defer func() { r.current().peer.close() }()
	for {
		s, err := r.receive()
		r.failure = nil
		r.lose(s, loss{err: err, reason: livekit.ReconnectReason_RR_SIGNAL_DISCONNECTED})
		if r.isEnded() || !r.reconnect() {
			return
		}
	}
}

// lose says that a session does not work any more. The first loss stands, unless a later one is worse.
func (r *Room) lose(s *session, l loss) {
	r.mu.Lock()
	if r.err != nil || r.session != s || r.loss != nil && (r.loss.replace || !l.replace) {
		r.mu.Unlock()
		return
	}
	if r.state == StateConnected {
		r.state, r.lostAt = StateReconnecting, time.Now()
		if !r.connectedAt.IsZero() && time.Since(r.connectedAt) >= stableTime {
			r.backoff = backoff{}
		}
	}
	r.loss = &l
	conn := s.conn
	r.stopAwaitingMedia()
	r.mu.Unlock()
	r.log.Debug("reconnecting", "because", l.err, "replace", l.replace)
	r.changed.Fire()
	// run goes on. A server that is there is told that it need not wait for us.
	if l.replace {
		conn.Leave(livekit.DisconnectReason_UNKNOWN_REASON)
	} else {
		conn.Interrupt()
	}
}

// reconnect tries until there is signalling again, and reports whether there is.
func (r *Room) reconnect() bool {
	r.mu.Lock()
	deadline := r.lostAt.Add(cmp.Or(r.config.reconnectLimit, reconnectLimit))
	r.mu.Unlock()
	ctx, cancel := context.WithDeadline(r.ctx, deadline)
	defer cancel()
	for {
		r.mu.Lock()
		pause := time.NewTimer(r.backoff.next())
		r.mu.Unlock()
		select {
		case <-pause.C:
		case <-r.hurry:
		case <-ctx.Done():
		}
		pause.Stop()
		err := context.Cause(ctx)
		if err == nil {
			err = r.attempt(ctx)
		}
		switch {
		case r.isEnded():
			return false
		case err == nil:
			return true
		case ctx.Err() != nil || isFinal(err):
			r.end(fmt.Errorf("lost the server, and could not join again: %w", r.lastError(err)))
			return false
		}
		if !errors.Is(err, errGivenUp) {
			r.failure = err
		}
		r.mu.Lock()
		r.backoff.failed(err)
		r.mu.Unlock()
		r.log.Debug("not reconnected", "err", err)
	}
}

// lastError returns the error that says more than that the time is over.
func (r *Room) lastError(err error) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure == nil && r.loss != nil {
		return r.loss.err // the last try was not in vain, until then
	}
	return cmp.Or(r.failure, err)
}

// attempt resumes the session, or replaces it if there is nothing to be resumed.
func (r *Room) attempt(ctx context.Context) error {
	ctx, giveUp := context.WithCancelCause(ctx)
	limit := max(attemptTimeout, r.config.AttemptTimeout)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("the server does not answer within %v", limit))
	r.mu.Lock()
	s, l := r.session, *r.loss
	r.giveUp, r.tryBegan = func() { giveUp(errGivenUp) }, time.Now()
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.giveUp = nil
		r.mu.Unlock()
		cancel()
		giveUp(nil)
	}()
	if !l.replace {
		err := r.resume(ctx, s, l.reason)
		if !isRefusal(err) || isFinal(err) {
			return err
		}
		r.lose(s, loss{err: err, replace: true})
	}
	return r.replace(ctx)
}

// resume goes on with a session. Signalling is a new connection, and the media connection finds its path anew: whoever offers has it
// do so.
func (r *Room) resume(ctx context.Context, s *session, reason livekit.ReconnectReason) error {
	c := r.dialConfig()
	c.Separate = !s.one
	r.mu.Lock()
	c.Resume, c.ResumeReason = r.us.GetSid(), reason
	r.mu.Unlock()
	s.peer.showInterfaces()
	conn, first, err := signal.Dial(ctx, c, r)
	if err != nil {
		return err
	}
	switch m := first.GetMessage().(type) {
	case *livekit.SignalResponse_Leave:
		conn.Close()
		return leftError(m.Leave)
	case *livekit.SignalResponse_Join, nil:
		conn.Leave(livekit.DisconnectReason_UNKNOWN_REASON)
		return errNotResumed
	case *livekit.SignalResponse_Reconnect: // before an offer of ours has candidates gathered
		s.peer.setServers(iceServers(m.Reconnect.GetIceServers()))
	}
	r.telling.Lock()
	defer r.telling.Unlock()
	r.mu.Lock()
	if r.err != nil || r.loss == nil || r.loss.replace {
		defer r.mu.Unlock()
		conn.Leave(livekit.DisconnectReason_CLIENT_INITIATED)
		return errNotResumed
	}
	s.conn, s.first, r.loss = conn, first, nil
	s.resumed, s.at = s.connects, time.Now()
	// Who has stopped meanwhile is not named again. Who speaks is, as soon as it is louder or softer.
	clear(r.speakers)
	messages := r.retell()
	r.awaitMedia(s)
	r.mu.Unlock()
	for _, message := range messages {
		if conn.Send(message) != nil {
			break // receive says so
		}
	}
	conn.KeepAlive(s.pingEvery, s.pingWithin)
	r.log.Debug("resumed")
	r.changed.Fire()
	r.begun(s, true)
	return nil
}

// replace joins anew. The session before has ended then, with its tracks.
func (r *Room) replace(ctx context.Context) error {
	old := r.current()
	if !r.discarded {
		r.discarded = true
		r.discard(old)
	}
	conn, first, err := signal.Dial(ctx, r.dialConfig(), r)
	if err != nil {
		return err
	}
	joined, err := joinedOf(conn, first)
	if err != nil {
		conn.Leave(livekit.DisconnectReason_JOIN_FAILURE)
		return err
	}
	s, err := r.newSession(conn, joined)
	if err == nil {
		if err = r.adopt(s, joined); err != nil {
			s.peer.close()
		}
	}
	if err != nil {
		conn.Leave(livekit.DisconnectReason_JOIN_FAILURE)
		return err
	}
	r.discarded = false
	r.mu.Lock()
	r.awaitMedia(s)
	r.mu.Unlock()
	r.log.Debug("joined anew")
	r.changed.Fire()
	r.begun(s, false)
	return nil
}

// begun makes the first offer on a connection, if offering is for us. What cannot be offered leaves nothing to go on from.
func (r *Room) begun(s *session, restart bool) {
	if !s.one {
		return
	}
	if err := r.offer(s, restart); err != nil {
		r.lose(s, loss{err: err, replace: true})
	}
}

func (r *Room) dialConfig() signal.Config {
	c := r.config.Config
	r.mu.Lock()
	c.Token = r.token
	r.mu.Unlock()
	return c
}
