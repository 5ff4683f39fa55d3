package room

import (
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// suspicionTick is how often the server is asked while a queue on the way from it is suspected.
	suspicionTick = 25 * time.Millisecond
	// queued is by how much a round trip has to be longer than the shortest for a queue to be certain. Of questions without
	// an answer there have to be a few: one may be lost.
	queued          = 80 * time.Millisecond
	enoughQuestions = 3
	// easeTime is what a queue may take to become empty after the server was told. When something is still lost after
	// retellTime, it is told again: what comes while the server tries whether more comes through, it forgets.
	easeTime   = 2 * time.Second
	retellTime = 700 * time.Millisecond
	// longestSuspicion is how long a suspicion counts that nothing confirms or refutes.
	longestSuspicion = time.Second
	// doubtPause is between two suspicions, of which the first was wrong: some publishers' clocks run too fast.
	doubtPause = 500 * time.Millisecond
	// endless is how late frames come when a queue is so long that nothing is lost in it. Where frames are less late, something
	// has to be lost too: a key frame makes a short queue, and a processor with too much to do makes everything late.
	endless = time.Second
	// easePercent of what comes through the full queue are asked for: it has to become empty, and the key frame that begins a
	// lower layer has to come through it. Not less than leastBitrate. fillPercent are for when it is empty: the server takes
	// that over when it next tries whether more comes through. When the queue comes back because of that, it is less by
	// fillStep the next time.
	easePercent  = 50
	fillPercent  = 85
	fillStep     = 15
	leastBitrate = 60_000
	// estimates is how many falling estimates the server wants before it believes them (12 in livekit-server 1.13).
	estimates = 14
)

// congestion tells the server when its packets queue up on their way to us. Without a receiver's estimate (REMB) it takes the
// path for endless, sends the highest layer into the queue, and nothing that arrives is whole. It is told nothing before a
// queue has been seen for the first time. ADR 0013 has more.
type congestion struct {
	log *slog.Logger

	since     time.Time // of the present suspicion, or zero
	questions int       // in it
	bytes     uint64    // that had come then
	lost      uint32    // packets that had been lost then
	notBefore time.Time // for another suspicion
	emptyAt   time.Time // when the queue ought to be empty

	estimate uint64 // bit/s that the server was told last, 0 before the first time
	through  uint64 // bit/s that came through the full queue; 0 once the server was told what they make of an empty one
	spared   uint64 // percent by which fillPercent has been too much
	counted  uint64 // bytes at the last tick without a suspicion
	ticked   time.Time

	until atomic.Int64 // when there is congestion no more, as far as is known, in ns of Unix time
}

// isThere reports whether packets seem to queue up, or did so a moment ago and the server was told. It may be called from any
// goroutine.
func (c *congestion) isThere() bool { return time.Now().UnixNano() < c.until.Load() }

// look asks and tells the server what is to be asked and told now. It returns whether and when it wants to look again before
// the next silenceTick.
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
	case refuted, bytes < c.bytes: // another path counts anew
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

// ease tells the server a bitrate in a way that it believes at once: as the last of estimates that fall.
func (c *congestion) ease(peer *peer, bitrate uint64) {
	c.log.Info("the server's packets queue up", "bitrate", bitrate)
	for i := range uint64(estimates) {
		peer.tell(bitrate + (estimates-1-i)*bitrate/20)
	}
	c.estimate = bitrate
}

// raise repeats the estimate. It raises it when the queue ought to be empty, and when more has come than that: when the server
// tries whether the path takes more.
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
