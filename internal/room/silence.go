package room

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

const (
	// silenceTick is the interval of checks whether anything was received, doubtTick that when nothing was received for
	// too long; each check then also queries the server for a sign of life.
	silenceTick = 250 * time.Millisecond
	doubtTick   = 100 * time.Millisecond

	// doubtWhenBusy is how long nothing may be received if each silenceTick had at least busy packets. doubtWhenQuiet is
	// for a muted or paused track: the server is queried each second and answers. doubtWhenDeaf is for servers that do
	// not answer: ICE keepalives arrive every 2 s.
	busy           = 4
	doubtWhenBusy  = 500 * time.Millisecond
	doubtWhenQuiet = 1300 * time.Millisecond
	doubtWhenDeaf  = 4500 * time.Millisecond

	// probed is how many unanswered queries lead to a probe over HTTP, and dead how many mean that the path is dead, if
	// the probe was answered. With a loss of one packet in ten, this many are lost together once in a million times.
	probed = 2
	dead   = 6
)

// silence measures for how long nothing was received from the server.
type silence struct {
	counted subscriber.Arrivals
	last    time.Time // when something was last received, or when counting began
	isBusy  [2]bool   // for the last two ticks in which something was received
	asked   int       // queries since last
}

// look counts what was received. It reports whether anything was received since the last look.
func (s *silence) look(now time.Time, a subscriber.Arrivals) (heard bool) {
	if a == s.counted && !s.last.IsZero() {
		return false
	}
	s.isBusy = [2]bool{a.Path == s.counted.Path && a.Packets-s.counted.Packets >= busy, s.isBusy[0]}
	s.counted, s.last, s.asked = a, now, 0
	return true
}

// isTooLong reports whether the path may be dead.
func (s *silence) isTooLong(now time.Time, answers bool) bool {
	bound := doubtWhenQuiet
	switch {
	case !answers:
		bound = doubtWhenDeaf
	case s.isBusy[0] || s.isBusy[1]:
		bound = doubtWhenBusy
	}
	return now.Sub(s.last) >= bound
}
