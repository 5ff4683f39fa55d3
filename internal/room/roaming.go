package room

import (
	"context"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

const (
	// settleTime is how long a lost address may take to come back, as when a DHCP lease is renewed.
	settleTime = 100 * time.Millisecond
	// resumePause is the shortest time between two of our attempts to resume: the first one needs a moment to take
	// effect.
	resumePause = 3 * time.Second
)

// roaming resumes a session as soon as its path to the server is lost: because one of our addresses that it uses has
// gone, or because nothing is received although the server can be reached. ICE alone would only notice after 15 s. While
// we are reconnecting, it has the next attempt begin as soon as the server can be reached. ADR 0013 gives the reasons.
type roaming struct {
	c      *Connection
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup // the goroutines of start

	routesChanged func() <-chan struct{}
	leaveRoutes   func()

	// The fields below are only used by the goroutine of start.
	resumed time.Time // when we last resumed the session
	lookAt  time.Time // when to check again whether anything was received
	silence silence
	probe   *probe
	reached bool // the server was, since we have begun to reconnect or the network has changed
	hurried bool // the next attempt was told so

	congestion congestion
}

// probe is an attempt to reach the server over HTTP, to tell a dead path from a missing network.
type probe struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when it has ended
	ok     bool          // valid when done is closed
}

// newRoaming returns a roaming, on which stop must be called.
func newRoaming(c *Connection) *roaming {
	r := &roaming{c: c, congestion: congestion{log: c.log}}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	watch, leave, err := watchRoutes(c)
	if err != nil {
		c.log.Warn("cannot watch this machine's network: changes will be noticed later", "error", err)
		r.routesChanged, r.leaveRoutes = func() <-chan struct{} { return nil }, func() {}
		return r
	}
	r.routesChanged, r.leaveRoutes = watch.changed.Wait, leave
	return r
}

// start begins to watch the path of the session.
func (r *roaming) start() { guard.Go(&r.wg, "room: roaming", r.c, r.run) }

// stop waits for the goroutines of start.
func (r *roaming) stop() {
	r.cancel()
	r.wg.Wait()
	r.leaveRoutes()
}

func (r *roaming) run() {
	defer r.endProbe()
	tick := time.NewTimer(0)
	defer tick.Stop()
	for {
		routesChanged, peersChanged, changed := r.routesChanged(), r.c.peers.changed.Wait(), r.c.Changed()
		next, ticks := r.listen(time.Now())
		if ticks {
			tick.Reset(next)
		} else {
			tick.Stop()
		}
		select {
		case <-r.ctx.Done():
			return
		case <-r.c.Done():
			return
		case <-routesChanged:
			r.reached, r.hurried = false, false
			r.checkAddresses()
		case <-r.probe.ends():
		case <-peersChanged:
		case <-changed:
		case <-tick.C:
		}
	}
}

// listen checks whether anything was received, and returns when to check again, which is never while nothing can be
// received.
func (r *roaming) listen(now time.Time) (next time.Duration, ticks bool) {
	if r.c.State() == StateReconnecting {
		r.silence = silence{}
		next = r.hasten()
		return next, next > 0
	}
	r.reached, r.hurried = false, false
	peer := r.c.peers.receiving()
	if peer == nil || r.c.State() != StateConnected {
		r.silence = silence{}
		r.endProbe()
		return 0, false
	}
	if !now.Before(r.lookAt) {
		r.lookAt = now.Add(r.look(now, peer))
	}
	next = r.lookAt.Sub(now)
	if arrived, ok := r.c.sub.Arrivals(); ok {
		if sooner, soon := r.congestion.look(now, peer, arrived.Bytes); soon {
			next = min(next, sooner)
		}
	}
	return next, true
}

// hasten has an attempt to reconnect begin as soon as the server can be reached, once, and again when this machine's network
// has changed: an attempt that was made before that may wait for an answer which never comes. It returns when to call it again,
// 0 if something else tells that.
func (r *roaming) hasten() (again time.Duration) {
	switch {
	case r.hurried:
		return 0
	case r.probe.hasSucceeded():
		r.endProbe()
		r.reached = true
	case !r.reached && r.probe == nil:
		r.beginProbe()
	}
	if !r.reached {
		return 0
	}
	again = r.c.sub.Hurry()
	r.hurried = again == 0
	return again
}

// look checks whether anything was received, and reacts if the last packet was too long ago. It returns when to check
// again.
func (r *roaming) look(now time.Time, peer *peer) (next time.Duration) {
	arrived, ok := r.c.sub.Arrivals()
	if !ok {
		r.silence = silence{}
		r.endProbe()
		return silenceTick
	}
	if r.silence.look(now, arrived) {
		r.endProbe()
		peer.askWhetherItAnswers()
		return silenceTick
	}
	if !r.silence.isTooLong(now, peer.answers.Load()) {
		return silenceTick
	}
	r.silence.asked++
	switch {
	case r.silence.asked >= dead && r.probe.hasSucceeded():
		r.endProbe()
		r.silence = silence{}
		r.resume(now, "nothing is received although the server can be reached")
		return silenceTick
	case r.silence.asked >= probed && r.probe == nil:
		r.c.log.Debug("nothing is received", "since", r.silence.last)
		r.beginProbe()
	}
	peer.ask()
	return doubtTick
}

// checkAddresses resumes the session if it uses an address that has gone. New addresses and interfaces do not matter: a
// path that works is not changed.
func (r *roaming) checkAddresses() {
	if r.lostAddress() == "" || r.c.State() != StateConnected {
		return
	}
	settled := time.NewTimer(settleTime)
	defer settled.Stop()
	select {
	case <-settled.C:
	case <-r.ctx.Done():
		return
	}
	if lost := r.lostAddress(); lost != "" && r.c.State() == StateConnected {
		r.resume(time.Time{}, "our address is gone", "address", lost)
	}
}

// lostAddress returns an address that the session uses and that can no longer be used, or "".
func (r *roaming) lostAddress() string {
	signal := r.c.sub.LocalAddr()
	if signal.IsValid() && !signal.IsLoopback() && !isOurs(signal) {
		return signal.String()
	}
	path := r.c.sub.Path()
	if from, to, ok := endsOf(path); ok && (!isOurs(from.Addr()) || path.Local.Protocol == webrtc.ICEProtocolUDP && !hasRoute(from, to)) {
		return from.Addr().String()
	}
	return ""
}

// resume has the session resumed: on a new signalling connection, whose server restarts ICE. A zero time means that the
// loss is certain.
func (r *roaming) resume(now time.Time, why string, attributes ...any) {
	if !now.IsZero() && now.Sub(r.resumed) < resumePause {
		return
	}
	r.resumed = time.Now()
	r.c.log.Info("the path to the server is lost", append([]any{"room", r.c.target.room, "because", why}, attributes...)...)
	r.c.sub.Reconnect()
}

func (r *roaming) beginProbe() {
	ctx, cancel := context.WithCancel(r.ctx)
	p := &probe{cancel: cancel, done: make(chan struct{})}
	r.probe = p
	// endProbe waits for it, even if another goroutine is started later.
	guard.Go(&r.wg, "room: probe", r.c, func() { p.ok = reach(ctx, r.c.target.url, r.routesChanged, r.c) == nil }, func() { close(p.done) })
}

func (r *roaming) endProbe() {
	if r.probe != nil {
		r.probe.cancel()
		<-r.probe.done
		r.probe = nil
	}
}

// ends returns a channel that is closed when the probe ends, nil if it has succeeded already, or there is none.
func (p *probe) ends() <-chan struct{} {
	if p == nil || p.hasSucceeded() {
		return nil
	}
	return p.done
}

func (p *probe) hasSucceeded() bool {
	if p == nil {
		return false
	}
	select {
	case <-p.done:
		return p.ok
	default:
		return false
	}
}
