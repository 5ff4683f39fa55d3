package receive

import "time"

// Adaptive, as a latency, follows the link: see [Config].
const Adaptive time.Duration = -1

const (
	// StartLatency is what an adaptive latency starts with and never falls below: what a publisher's pacing and an ordinary
	// network need without any loss.
	StartLatency = 60 * time.Millisecond
	// maxLatency is how late frames may be for the latency to follow them, on a link whose round trip is short. Later ones
	// were held up by something that a receiver cannot live with: a server that stood still, a link that was down.
	maxLatency = 500 * time.Millisecond

	// latencyMargin is added to what frames needed.
	latencyMargin = 10 * time.Millisecond
	// latencyHold is for how many seconds frames have to do with less until the latency falls, and latencyFall after how
	// many seconds it may fall again.
	latencyHold = 60
	latencyFall = 5
	// latencyStep is the least change: each makes every sink of the pipeline pause or hurry.
	latencyStep = 15 * time.Millisecond
)

// patience is the adaptive latency: the time after which, counted from its presentation time, a frame has come with all of
// its packets. It rises at once, and falls slowly.
type patience struct {
	latency time.Duration
	limit   time.Duration
	stalled bool // frames come later than limit, and those after them are not counted until they are in time again

	second int64                      // that the last unit came in
	fellAt int64                      // the second of the last fall
	needed [latencyHold]time.Duration // the most in each of the last seconds
}

func newPatience(latency time.Duration) patience {
	return patience{latency: max(latency, StartLatency), limit: maxLatency}
}

// expect says that a packet is missing which will have come by the time that a frame has waited this long. It reports
// whether the latency has changed.
func (p *patience) expect(wait time.Duration) bool {
	return p.raise(min(wait, p.limit))
}

// observe takes how late a frame was. It reports whether the latency has changed.
func (p *patience) observe(late, now time.Duration) bool {
	switch {
	case late > p.limit:
		p.stalled = true
	case late <= p.latency:
		p.stalled = false
	}
	if p.stalled {
		return false
	}
	fell := p.turn(now)
	i := p.second % latencyHold
	p.needed[i] = max(p.needed[i], late)
	return p.raise(late) || fell
}

func (p *patience) raise(late time.Duration) bool {
	if late <= p.latency {
		return false
	}
	p.latency = (late + late/16 + latencyMargin).Round(time.Millisecond)
	return true
}

// turn begins another second, and lets the latency fall a part of the way to what was needed in the last ones.
func (p *patience) turn(now time.Duration) (fell bool) {
	second := int64(now / time.Second)
	if second == p.second {
		return false
	}
	for s := max(p.second+1, second-latencyHold+1); s <= second; s++ {
		p.needed[s%latencyHold] = 0
	}
	p.second = second
	most := StartLatency - latencyMargin
	for _, n := range p.needed {
		most = max(most, n+n/16)
	}
	surplus := p.latency - (most + latencyMargin)
	if surplus < latencyStep || second-p.fellAt < latencyFall {
		return false
	}
	p.fellAt = second
	p.latency -= max(latencyStep, (surplus / 4).Round(time.Millisecond))
	return true
}
