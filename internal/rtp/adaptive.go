package rtp

import "time"

// Adaptive is the latency that follows the link: see [Config].
const Adaptive time.Duration = -1

const (
	// StartLatency is what an adaptive latency starts with and never falls below: what a publisher's pacing and an ordinary
	// network need without any loss.
	StartLatency = 60 * time.Millisecond
	// leastLimit is how late frames may be for the latency to follow them, on a link whose round trip is short, and mostLimit
	// where it is long. Later ones were held up by something that a receiver cannot live with: a server that stood still, a
	// link that was down.
	leastLimit = 500 * time.Millisecond
	mostLimit  = 1500 * time.Millisecond

	// latencyMargin is added to what frames needed.
	latencyMargin = 10 * time.Millisecond
	// latencyHold is for how many seconds frames have to do with less until the latency falls, and latencyFall after how
	// many seconds it may fall again.
	latencyHold = 60
	latencyFall = 5
	// latencyDoubt is how long after a late frame another one has to come late for the latency to rise, and latencyMemory until
	// when: a single one is a large key frame, or a moment without the processor.
	latencyDoubt  = 500 * time.Millisecond
	latencyMemory = 30 * time.Second
	// latencyStep is the least change: each makes every sink of the pipeline pause or hurry.
	latencyStep = 15 * time.Millisecond
	// latencySlack is how much less has to be enough on a link that loses packets for the latency to fall: what is foreseen is
	// some ms more than what they then take, and it would rise and fall by turns.
	latencySlack = 2 * latencyStep
	// lastingTime is for how long every frame has to come later than limit, and lastingFrames how many have to, until that is
	// how long the way is now: a queue that stays full. What a stall has kept back comes in less time.
	lastingTime   = time.Second
	lastingFrames = 5
)

// adaptiveLatency is the adaptive latency: the time after which, counted from its presentation time, a frame has come with all of
// its packets. It rises at once when that is certain, and falls slowly.
type adaptiveLatency struct {
	latency time.Duration
	limit   time.Duration
	// stalled is that frames come later than limit. Those after them are not counted until they are in time again, or it is over
	// for long enough that what is late now stays so.
	stalled   bool
	stalledAt time.Duration // when the last one came that was later than limit; valid if stalled
	over      overdue

	lateAt  time.Duration // when a frame was later than latency, the first in a row of such; valid if wasLate
	wasLate bool

	second int64                      // that the last unit came in
	fellAt int64                      // the second of the last fall
	needed [latencyHold]time.Duration // the most in each of the last seconds
}

func newAdaptiveLatency(latency time.Duration) adaptiveLatency {
	return adaptiveLatency{latency: max(latency, StartLatency), limit: leastLimit}
}

// overdue are frames in a row that came later than limit.
type overdue struct {
	frames int
	since  time.Duration // when the first of them came; valid if there is one
	first  time.Duration // how late that was
}

// lasts takes how late a frame was, and reports whether frames have been so late for so long that they will stay so: a sink
// that follows the clock shows none of them. It begins anew then. A queue that will be empty soon does not count.
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

// expect says that a packet is missing which will have come by the time that a frame has waited this long. It reports
// whether the latency has changed.
func (a *adaptiveLatency) expect(wait time.Duration) bool {
	return a.raise(min(wait, a.limit))
}

// observe takes how late a frame was. It reports whether the latency has changed.
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

// isCertain reports whether a frame that is late now is not the only one.
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

// turn begins another second, and lets the latency fall a part of the way to what was needed in the last ones.
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
