package subscriber

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
)

// maxRelayTroubles bounds what is kept of TURN servers. LiveKit names one or two, each with a few ways to it.
const maxRelayTroubles = 4

// relays is what is known of TURN servers that do not take us. pion tells nobody but its log.
type relays struct {
	found atomic.Bool // a candidate of ours

	mu       sync.Mutex
	troubles []string
}

// relayLog is pion's log, which is read for what is said of TURN servers.
type relayLog struct {
	pionLog
	relays *relays
}

// NewLogger implements logging.LoggerFactory.
func (l relayLog) NewLogger(scope string) logging.LeveledLogger {
	log := l.pionLog.NewLogger(scope)
	if scope != "ice" {
		return log
	}
	return iceLog{log, l.relays}
}

type iceLog struct {
	logging.LeveledLogger
	relays *relays
}

// Warnf is how ICE says that it cannot use a TURN server: with its address, and an error.
func (l iceLog) Warnf(format string, args ...any) {
	lower := strings.ToLower(format)
	if strings.Contains(lower, "turn client") || strings.Contains(lower, "relay") || strings.Contains(lower, "tcp address") {
		l.relays.trouble(args)
	}
	l.LeveledLogger.Warnf(format, args...)
}

func (r *relays) trouble(args []any) {
	where, why := "a relay", "it cannot be used"
	for _, arg := range args {
		switch arg := arg.(type) {
		case string:
			where = "the relay at " + arg
		case error:
			var none *net.AddrError
			if errors.As(arg, &none) {
				return // it has no address of IPv4, or none of IPv6, which pion looks for both
			}
			why = arg.Error()
		}
	}
	text := fmt.Sprintf("%s: %s", where, why)
	if strings.Contains(why, "error 401") {
		text = where + " refuses the name and password that the LiveKit server gives for it: are both set up with the same ones?"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.troubles) < maxRelayTroubles && !slices.Contains(r.troubles, text) {
		r.troubles = append(r.troubles, text)
	}
}

// forget is called when there is a media connection: what was in its way does not matter any more.
func (r *relays) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.troubles = nil
}

// MediaFailure returns ErrMedia with what is known of why there is no media connection, for who does not want to wait longer.
func (r *Room) MediaFailure() error { return r.current().peer.failure() }

// failure returns ErrMedia, with what is known of its reason.
func (p *peer) failure() error {
	p.relays.mu.Lock()
	defer p.relays.mu.Unlock()
	if len(p.relays.troubles) > 0 {
		return fmt.Errorf("%w; %s", ErrMedia, strings.Join(p.relays.troubles, "; "))
	}
	if p.config.policy == webrtc.ICETransportPolicyRelay {
		return fmt.Errorf("%w: it has to go through a relay (TURN server), and none that the LiveKit server names can be reached", ErrMedia)
	}
	return ErrMedia
}

// gathered is called when there are no more candidates of ours, by pion after each offer.
func (p *peer) gathered() {
	if !p.relays.found.Load() && p.config.policy == webrtc.ICETransportPolicyRelay {
		p.config.noRelay()
	}
}

// noRelay ends a room that may use relays only, when none takes us. Who was connected before is left to ICE: a relay may be away
// for a moment.
func (r *Room) noRelay(s *session) {
	r.mu.Lock()
	first := !r.isReady && r.session == s
	r.mu.Unlock()
	if first {
		r.end(s.peer.failure())
	}
}
