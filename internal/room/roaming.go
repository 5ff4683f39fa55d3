package room

import (
	"context"
	"net/netip"
	"sync"
	"time"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

const (
	// settleTime is how long a lost address may take to come back, as when a DHCP lease is renewed.
	settleTime = 100 * time.Millisecond
	// resumePause is the shortest time between two of our attempts to resume: the first one needs a moment to take
	// effect.
	resumePause = 3 * time.Second
	// longestAbsence limits how long the network is waited for. Afterwards the SDK makes its own attempts.
	longestAbsence = time.Minute
)

// roaming resumes a session as soon as its path to the server is lost: because one of our addresses that it uses has
// gone, or because nothing is received although the server can be reached. The SDK would only notice after 15 s. ADR
// 0013 gives the reasons.
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

	congestion congestion

	mu        sync.Mutex
	signal    netip.Addr // our address for signalling; not valid if unknown
	reachedAt time.Time  // when the server was last reached
}

// probe is an attempt to reach the server over HTTP, to tell a dead path from a missing network.
type probe struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when it has ended
	ok     bool          // valid when done is closed
}

// newRoaming returns a roaming, on which stop must be called, even without start.
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

// start begins to watch the path of the session, which was joined from our address signal.
func (r *roaming) start(signal netip.Addr) {
	r.mu.Lock()
	if !r.signal.IsValid() { // otherwise it was already resumed
		r.signal = signal
	}
	r.mu.Unlock()
	guard.Go(&r.wg, "room: roaming", r.c, r.run)
}

// stop ends every wait, also in awaitServer, and waits for the goroutines of start.
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
			r.checkAddresses()
		case <-peersChanged:
		case <-changed:
		case <-tick.C:
		}
	}
}

// transport returns the path of the media that we receive, or nil.
func (r *roaming) transport() *webrtc.ICETransport {
	pc := r.c.sdk.LocalParticipant.GetSubscriberPeerConnection()
	if pc == nil || pc.SCTP() == nil || pc.SCTP().Transport() == nil {
		return nil
	}
	return pc.SCTP().Transport().ICETransport()
}

// listen checks whether anything was received, and returns when to check again, which is never while nothing can be
// received.
func (r *roaming) listen(now time.Time) (next time.Duration, ticks bool) {
	peer, transport := r.c.peers.receiving(), r.transport()
	if peer == nil || transport == nil || r.c.State() != StateConnected {
		r.silence = silence{}
		r.endProbe()
		return 0, false
	}
	if !now.Before(r.lookAt) {
		r.lookAt = now.Add(r.look(now, peer, transport))
	}
	next = r.lookAt.Sub(now)
	if arrived, ok := arrivalsOf(transport); ok {
		if sooner, soon := r.congestion.look(now, peer, arrived.bytes); soon {
			next = min(next, sooner)
		}
	}
	return next, true
}

// look checks whether anything was received, and reacts if the last packet was too long ago. It returns when to check
// again.
func (r *roaming) look(now time.Time, peer *peer, transport *webrtc.ICETransport) (next time.Duration) {
	arrived, ok := arrivalsOf(transport)
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
	r.mu.Lock()
	signal := r.signal
	r.mu.Unlock()
	if signal.IsValid() && !signal.IsLoopback() && !isOurs(signal) {
		return signal.String()
	}
	if transport := r.transport(); transport != nil {
		if from, to, ok := pairOf(transport); ok && (!isOurs(from.Addr()) || !hasRoute(from, to)) {
			return from.Addr().String()
		}
	}
	return ""
}

// resume makes the SDK reconnect. It closes the signalling connection at our end, so that the SDK assumes a loss and
// connects again, and the server restarts ICE. A zero time means that the loss is certain.
func (r *roaming) resume(now time.Time, why string, attributes ...any) {
	if !now.IsZero() && now.Sub(r.resumed) < resumePause {
		return
	}
	r.resumed = time.Now()
	r.c.log.Info("the path to the server is lost", append([]any{"room", r.c.target.room, "because", why}, attributes...)...)
	r.c.sdk.Simulate(lksdk.SimulateSignalReconnect)
}

// beforeReconnecting waits until the server can be reached, before the SDK begins to resume or replace a session, so
// that the wait does not count for the SDK's attempt. After a failed attempt to resume, the SDK would replace the
// session, with ever longer pauses.
func (r *roaming) beforeReconnecting() { r.awaitServer(longestAbsence) }

// beforeDial waits likewise before each further attempt, within the SDK's timeout.
func (r *roaming) beforeDial(resumes bool) {
	if r.c.State() != StateReconnecting {
		return
	}
	r.awaitServer(r.c.target.timeout / 2)
	if resumes {
		r.showInterfaces()
	}
}

// awaitServer waits until the server can be reached, but no longer than patience.
func (r *roaming) awaitServer(patience time.Duration) {
	r.mu.Lock()
	recently := time.Since(r.reachedAt) < reachInterval
	r.mu.Unlock()
	if recently {
		return
	}
	ctx, cancel := context.WithTimeout(r.ctx, patience)
	defer cancel()
	r.reach(ctx)
}

// showInterfaces makes the media connections read this machine's addresses, which they are about to gather again, and
// which they do not update while there is no signalling.
func (r *roaming) showInterfaces() {
	local := r.c.sdk.LocalParticipant
	for _, pc := range []*webrtc.PeerConnection{local.GetSubscriberPeerConnection(), local.GetPublisherPeerConnection()} {
		if list, ok := sdk.InterfacesOf(pc); ok {
			if err := list.UpdateInterfaces(); err != nil {
				r.c.log.Warn("this machine's addresses cannot be read", "error", err)
			}
		}
	}
}

// reach waits until the server can be reached, and remembers from which of our addresses.
func (r *roaming) reach(ctx context.Context) (ok bool) {
	from, err := reach(ctx, r.c.target.url, r.routesChanged, r.c)
	if err != nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reachedAt = time.Now()
	if from.IsValid() {
		r.signal = from
	}
	return true
}

func (r *roaming) beginProbe() {
	ctx, cancel := context.WithCancel(r.ctx)
	p := &probe{cancel: cancel, done: make(chan struct{})}
	r.probe = p
	// endProbe waits for it, even if another goroutine is started later.
	guard.Go(&r.wg, "room: probe", r.c, func() { p.ok = r.reach(ctx) }, func() { close(p.done) })
}

func (r *roaming) endProbe() {
	if r.probe != nil {
		r.probe.cancel()
		<-r.probe.done
		r.probe = nil
	}
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
