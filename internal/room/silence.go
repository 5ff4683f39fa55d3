package room

import (
	"time"

	"github.com/pion/webrtc/v4"
)

const (
	// silenceTick is how often is looked whether something has arrived, doubtTick when nothing has for too long. The server
	// is then asked for a sign of life each time.
	silenceTick = 250 * time.Millisecond
	doubtTick   = 100 * time.Millisecond

	// doubtWhenBusy is how long nothing may arrive where busy or more packets came in each silenceTick. doubtWhenQuiet is
	// for a muted or paused track: the server is asked each second and answers. doubtWhenDeaf is for servers that do not:
	// the keepalives of ICE come every 2 s.
	busy           = 4
	doubtWhenBusy  = 500 * time.Millisecond
	doubtWhenQuiet = 1300 * time.Millisecond
	doubtWhenDeaf  = 4500 * time.Millisecond

	// probed is how many questions stay unanswered until the server is also tried over HTTP, and dead how many until the
	// path counts as dead, if that has answered. More are lost together once in a million where every tenth packet is.
	probed = 2
	dead   = 6
)

// silence measures for how long nothing has come from the server.
type silence struct {
	counted arrivals
	last    time.Time // when something had come, or counting began
	isBusy  [2]bool   // in the last two ticks in which something came
	asked   int       // questions since
}

// arrivals is what has come by one path.
type arrivals struct {
	path      string
	packets   uint32 // RTP, RTCP, DTLS
	responses uint64 // STUN
	bytes     uint64 // of packets
}

// arrivalsOf returns false when no path is in use.
func arrivalsOf(transport *webrtc.ICETransport) (arrivals, bool) {
	stats, ok := transport.GetSelectedCandidatePairStats()
	return arrivals{stats.ID, stats.PacketsReceived, stats.ResponsesReceived, stats.BytesReceived}, ok
}

// look counts what has come. It reports whether anything has since the last look.
func (s *silence) look(now time.Time, a arrivals) (heard bool) {
	if a == s.counted && !s.last.IsZero() {
		return false
	}
	s.isBusy = [2]bool{a.path == s.counted.path && a.packets-s.counted.packets >= busy, s.isBusy[0]}
	s.counted, s.last, s.asked = a, now, 0
	return true
}

// isTooLong reports whether there is reason to doubt that anything can come.
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
