package room

import (
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// suspicionTick is how often the server is queried while a queue on the path from it is suspected.
	suspicionTick = 25 * time.Millisecond
	// queued is how much longer than the shortest round trip one must be to prove a queue. Missing answers count only if
	// there are a few, since a single one may be lost.
	queued          = 80 * time.Millisecond
	enoughQuestions = 3
	// easeTime is how long a queue may take to drain after the server was told. If packets are still lost after
	// retellTime, the server is told again, because it ignores estimates while it probes for more bandwidth.
	easeTime   = 2 * time.Second
	retellTime = 700 * time.Millisecond
	// longestSuspicion is how long an unconfirmed suspicion counts as congestion.
	longestSuspicion = time.Second
	// doubtPause is the shortest time between a wrong suspicion and the next one: some publishers' clocks run too fast.
	doubtPause = 500 * time.Millisecond
	// endless is how late frames are if a queue is so long that no packet is lost in it. If frames are less late, packets
	// must be lost, too, to prove a queue: a key frame makes a short queue, and an overloaded CPU delays everything.
	endless = time.Second
	// easePercent is the share of the full queue's throughput that is requested first: the queue has to drain, and the
	// key frame of a lower layer has to pass. The request is at least leastBitrate. fillPercent is requested when the
	// queue is empty; the server uses it when it next probes for more bandwidth. If the queue then comes back, the share
	// is lowered by fillStep.
	easePercent  = 50
	fillPercent  = 85
	fillStep     = 15
	leastBitrate = 60_000
	// estimates is how many falling estimates the server must receive before it follows them (12 in livekit-server 1.13).
	estimates = 14
)

// congestion tells the server when its packets are queued on the path to us. Without a receiver's bandwidth estimate
// (REMB) the server assumes unlimited bandwidth and sends the highest layer into the queue, so that no frame arrives
// complete. Nothing is sent before a queue was seen for the first time. ADR 0013 has more.
type congestion struct {
	log *slog.Logger

	since     time.Time // when the present suspicion began, or zero
	questions int       // number of queries since then
	bytes     uint64    // bytes received before the suspicion
	lost      uint32    // packets lost before the suspicion
	notBefore time.Time // no new suspicion before that
	emptyAt   time.Time // when the queue should have drained

	estimate uint64 // the last estimate sent, in bit/s; 0 before the first
	through  uint64 // throughput of the full queue, in bit/s; 0 once the estimate for an empty one was sent
	spared   uint64 // percentage points by which fillPercent was too high
	counted  uint64 // bytes received at the last tick without a suspicion
	ticked   time.Time

	until atomic.Int64 // when congestion is assumed to be over, in ns of Unix time
}

// isThere reports whether packets seem to be queued, or were a moment ago and the server was told. It may be called
// from any goroutine.
func (c *congestion) isThere() bool { return time.Now().UnixNano() < c.until.Load() }

// look sends the queries and estimates that are due. It returns whether and when it has to be called again before the
// next silenceTick.
func (c *congestion) look(now time.Time, peer *peer, bytes uint64) (next time.Duration, soon bool) {
	suspected := peer.suspected.Swap(false)
	if c.since.IsZero() {
		if !suspected || now.Before(c.notBefore) || !peer.answers.Load() {
			c.raise(now, peer, bytes)
			return 0, false
		}
		c.log.Debug("a queue is suspected")
		c.since, c.questions, c.bytes, c.lost = now, 0, bytes, peer.lost.Load()
		c.until.Store(now.Add(longestSuspicion).UnixNano())
	}
	switch certain, refuted := peer.isQueued(now, c.since, c.questions); {
	case refuted, bytes < c.bytes: // a new path starts its own count
		c.log.Debug("there is no queue")
		c.since, c.notBefore = time.Time{}, now.Add(doubtPause)
		c.until.Store(0)
		return 0, false
	case certain && (peer.lost.Load() != c.lost || time.Duration(peer.late.Load()) >= endless):
		elapsed := now.Sub(c.since)
		if c.estimate > 0 && c.through == 0 {
			c.spared = min(c.spared+fillStep, fillPercent-easePercent)
		}
		c.through = (bytes - c.bytes) * 8 * uint64(time.Second) / uint64(elapsed)
		c.ease(peer, max(leastBitrate, c.through*easePercent/100))
		c.since, c.notBefore, c.emptyAt = time.Time{}, now.Add(retellTime), now.Add(easeTime)
		c.counted, c.ticked = bytes, now
		c.until.Store(c.notBefore.UnixNano())
		return 0, false
	}
	c.questions++
	peer.ask()
	return suspicionTick, true
}

// ease sends a bitrate as the last of several falling estimates, which makes the server follow it at once.
func (c *congestion) ease(peer *peer, bitrate uint64) {
	c.log.Info("packets from the server are queued on the path", "bitrate", bitrate)
	for i := range uint64(estimates) {
		peer.tell(bitrate + (estimates-1-i)*bitrate/20)
	}
	c.estimate = bitrate
}

// raise repeats the estimate. It raises the estimate after the queue should have drained, and when more than the
// estimate was received because the server probed for more bandwidth.
func (c *congestion) raise(now time.Time, peer *peer, bytes uint64) {
	if c.estimate == 0 || now.Sub(c.ticked) < silenceTick {
		return
	}
	if now.After(c.emptyAt) && bytes >= c.counted {
		rate := (bytes - c.counted) * 8 * uint64(time.Second) / uint64(now.Sub(c.ticked))
		c.estimate = max(c.estimate, rate*6/5, c.through*(fillPercent-c.spared)/100)
		c.through = 0
	}
	c.counted, c.ticked = bytes, now
	peer.tell(c.estimate)
}
