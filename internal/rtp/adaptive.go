package rtp

import "time"

// Adaptive is the latency that adapts to the network: see [Config].
const Adaptive time.Duration = -1

const (
	// StartLatency is the initial and the lowest adaptive latency: what a publisher's pacing and an ordinary network need
	// without any loss.
	StartLatency = 60 * time.Millisecond
	// The latency follows frames that are late by up to leastLimit on a link with a short round trip, and up to mostLimit
	// on one with a long round trip. Later frames were held up by something that a latency cannot cover: a server that
	// was blocked, or a link that was down.
	leastLimit = 500 * time.Millisecond
	mostLimit  = 1500 * time.Millisecond

	// latencyMargin is added to the latency that frames needed.
	latencyMargin = 10 * time.Millisecond
	// latencyHold is for how many seconds frames must need less before the latency falls, and latencyFall is the number
	// of seconds between two falls.
	latencyHold = 60
	latencyFall = 5
	// The latency rises when a second frame is late between latencyDoubt and latencyMemory after the first: a single late
	// frame is a large key frame, or a moment without CPU time.
	latencyDoubt  = 500 * time.Millisecond
	latencyMemory = 30 * time.Second
	// latencyStep is the smallest change: each change makes every sink of the pipeline pause or skip.
	latencyStep = 15 * time.Millisecond
	// latencySlack is how much lower the needed latency must be for the latency to fall on a link that loses packets.
	// Predictions are some milliseconds higher than what frames then need, so that it would otherwise alternate.
	latencySlack = 2 * latencyStep
	// When for lastingTime at least lastingFrames frames, and no others, have been later than limit, the delay is
	// permanent: a queue that stays full. The packets that a stall held back arrive in less time.
	lastingTime   = time.Second
	lastingFrames = 5
)

// adaptiveLatency computes the adaptive latency: the time after its presentation time at which a frame has arrived with
// all of its packets. It rises as soon as the need is certain, and falls slowly.
type adaptiveLatency struct {
	latency time.Duration
	limit   time.Duration
	// stalled means that frames are later than limit. Frames are not counted again until they are in time, or until the
	// stall has been over for so long that the delay is permanent.
	stalled   bool
	stalledAt time.Duration // when the last frame later than limit arrived; valid if stalled
	over      overdue

	lateAt  time.Duration // when the first frame of a run of late frames was late; valid if wasLate
	wasLate bool

	second int64                      // the second in which the last unit arrived
	fellAt int64                      // the second of the last fall
	needed [latencyHold]time.Duration // the highest need in each of the last seconds
}

func newAdaptiveLatency(latency time.Duration) adaptiveLatency {
	return adaptiveLatency{latency: max(latency, StartLatency), limit: leastLimit}
}

// overdue is a run of frames that were later than limit.
type overdue struct {
	frames int
	since  time.Duration // when the first of them arrived; valid if there is one
	first  time.Duration // how late the first one was
}

// lasts gets the lateness of a frame, and reports whether frames have been so late for so long that the delay is
// permanent: a sink that synchronizes to the clock shows none of them. It then starts over. A queue that will be empty
// soon does not count.
func (a *adaptiveLatency) lasts(late, now time.Duration) bool {
	if late <= a.limit {
		a.over.frames = 0
		return false
	}
	if a.over.frames == 0 {
		a.over.since, a.over.first = now, late
	}
	a.over.frames++
	if a.over.frames < lastingFrames || now-a.over.since < lastingTime {
		return false
	}
	if soon := a.over.first-late >= late-a.limit; soon {
		a.over.since, a.over.first = now, late
		return false
	}
	a.over.frames, a.stalled = 0, false
	return true
}

// expect is called when a missing packet is expected to arrive only after a frame has waited for this long. It reports
// whether the latency has changed.
func (a *adaptiveLatency) expect(wait time.Duration) bool {
	return a.raise(min(wait, a.limit))
}

// observe gets the lateness of a frame, and reports whether the latency has changed.
func (a *adaptiveLatency) observe(late, now time.Duration) bool {
	switch {
	case late > a.limit:
		a.stalled, a.stalledAt = true, now
	case late <= a.latency, now-a.stalledAt >= latencyDoubt:
		a.stalled = false
	}
	if a.stalled {
		return false
	}
	fell := a.turn(now)
	rose := late > a.latency && a.isCertain(now) && a.raise(late)
	i := a.second % latencyHold
	a.needed[i] = max(a.needed[i], min(late, a.latency))
	return rose || fell
}

// isCertain reports whether a late frame is not the only one.
func (a *adaptiveLatency) isCertain(now time.Duration) bool {
	since := now - a.lateAt
	if a.wasLate && since <= latencyMemory {
		return since >= latencyDoubt
	}
	a.wasLate, a.lateAt = true, now
	return false
}

func (a *adaptiveLatency) raise(late time.Duration) bool {
	if late <= a.latency {
		return false
	}
	a.latency = (late + latencyMargin).Round(time.Millisecond)
	return true
}

// turn begins the next second, and lets the latency fall part of the way to what the last seconds needed.
func (a *adaptiveLatency) turn(now time.Duration) (fell bool) {
	second := int64(now / time.Second)
	if second == a.second {
		return false
	}
	for s := max(a.second+1, second-latencyHold+1); s <= second; s++ {
		a.needed[s%latencyHold] = 0
	}
	a.second = second
	most := StartLatency - latencyMargin
	for _, n := range a.needed {
		most = max(most, n)
	}
	surplus := a.latency - (most + latencyMargin)
	enough := latencyStep
	if most > StartLatency-latencyMargin {
		enough = latencySlack
	}
	if surplus < enough || second-a.fellAt < latencyFall {
		return false
	}
	a.fellAt = second
	a.latency -= max(latencyStep, (surplus / 4).Round(time.Millisecond))
	return true
}
