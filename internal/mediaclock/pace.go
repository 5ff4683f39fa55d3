package mediaclock

import (
	"math"
	"slices"
	"time"
)

const (
	paceSlots = 9                      // number of slots in the window, including the present one
	paceSlot  = 250 * time.Millisecond // length of a slot, and the most that one unit may add
	// paceExtent is how far a measured drift is extrapolated. What makes a sender's timestamps drift, such as a wrong
	// frame rate, may not apply during a longer pause.
	paceExtent = time.Second

	// minDrift and maxDrift limit how much the offset may change per second: timestamps may run at half to twice real
	// time.
	minDrift = -0.5
	maxDrift = 1.1
	// A drift counts as real if it changes the offset over the window by at least driftCertain, and by driftNoise times
	// the error of the points.
	driftCertain = 10 * time.Millisecond
	driftNoise   = 4

	// An error of the offset is corrected within about slewTime, at a rate between slewSlow and slewFast. For startTime
	// after a start the rate is slewFast, because the first units, such as a large key frame, say little.
	slewTime  = time.Second
	slewSlow  = 5 * time.Millisecond
	slewFast  = 200 * time.Millisecond
	startTime = 3 * time.Second
	// slewEarly is by how much units may be early at most. Only a queue that drains and the clocks make units early.
	slewEarly = 30 * time.Millisecond
	// slewLate is the lateness from which a unit was delayed by a queue or a stall, and not by the clocks.
	slewLate = 300 * time.Millisecond
)

// pace relates the local clock to the sender's, as a straight line: an offset, which is local time minus the sender's
// time, at one moment of the sender's time, and its drift. It is learned from the units that arrived with the least
// delay: jitter and queues only add to a delay, so the minimum over some time only depends on the two clocks.
type pace struct {
	media  time.Duration // a moment on the sender's clock
	offset time.Duration // the offset at media
	drift  float64       // change of offset per unit of the sender's time

	lowest  time.Duration // the lowest offset without a negative drift
	under   bool          // a unit with a lower offset has arrived since
	arrival time.Duration // arrival of the last unit
	fast    time.Duration // until when the offset is corrected fast

	active time.Duration // total time in which units arrived, for the window
	since  int64         // slot from which points count for the offset; earlier ones only count for the drift
	points [paceSlots]pacePoint
}

// pacePoint is the unit with the least delay in one slot.
type pacePoint struct {
	slot          int64 // active / paceSlot; -1 if empty
	media, offset time.Duration
}

// begin clears all state, and assumes that a unit has no delay.
func (p *pace) begin(media, arrival time.Duration) {
	*p = pace{media: media, offset: arrival - media, lowest: arrival - media, arrival: arrival, fast: arrival + startTime}
	p.forget()
}

// settle assumes that a unit has no delay, because the previous ones stayed late. When that is over, units are early.
func (p *pace) settle(media, arrival time.Duration) {
	lowest := p.lowest
	p.begin(media, arrival)
	p.lowest = min(lowest, p.lowest)
}

func (p *pace) forget() {
	for i := range p.points {
		p.points[i].slot = -1
	}
}

// at returns the offset at a moment of the sender's time, which is not much before the last one.
func (p *pace) at(media time.Duration) time.Duration {
	ahead := media - p.media
	if ahead > paceExtent {
		ahead = 0
	}
	return p.offset + scale(max(ahead, -paceExtent), p.drift)
}

// local converts a duration of the sender's clock to the local clock.
func (p *pace) local(d time.Duration) time.Duration {
	return d + scale(d, p.drift)
}

// nearest returns the least distance in local time of two units whose distance in the sender's time is d: half of their
// real distance. If the sender's timestamps run slowly, the offset falls below its previous minimum; otherwise the
// cause may be a queue that drains.
func (p *pace) nearest(d time.Duration) time.Duration {
	switch {
	case p.drift >= 0:
		return p.local(d) / 2
	case !p.under:
		return d / 2
	}
	return max(scale(p.local(d), 0.7), d/4) // not much less than d, in case the drift changes now
}

func scale(d time.Duration, factor float64) time.Duration {
	return time.Duration(math.Round(float64(d) * factor))
}

// resume assumes that a unit after a pause has no delay. late is the lateness of the unit before the pause.
func (p *pace) resume(media, offset, late time.Duration) {
	behind := offset - p.at(media)
	if p.drift < 0 {
		// It would make the next units late again, and was learned before the pause.
		p.drift = 0
		p.forget()
	} else if jump := behind - max(late, 0); jump > behind/2 {
		for i := range p.points {
			p.points[i].offset += jump
		}
	}
	p.advance(media)
	p.offset = offset
	p.since = int64(p.active/paceSlot) + 1
	p.active = time.Duration(p.since) * paceSlot
}

// advance moves the line to a moment of the sender's time, and corrects the points for a pause.
func (p *pace) advance(media time.Duration) {
	p.offset = p.at(media)
	if gap := media - p.media; gap > paceExtent {
		for i := range p.points {
			p.points[i].media += gap
		}
	}
	p.media = media
}

// follow takes a unit.
func (p *pace) follow(media, offset, arrival time.Duration) {
	p.advance(media)
	elapsed := min(max(arrival-p.arrival, 0), paceSlot)
	p.arrival = max(p.arrival, arrival)
	p.active += elapsed
	p.under = p.under || offset <= p.lowest-slewEarly
	if offset-p.offset > slewLate {
		return
	}

	slot := int64(p.active / paceSlot)
	point := &p.points[slot%paceSlots]
	if point.slot != slot {
		p.measure(slot)
		*point = pacePoint{slot, media, offset}
	} else if offset-p.at(media) < point.offset-p.at(point.media) {
		point.media, point.offset = media, offset
	}

	least := slewSlow
	if arrival < p.fast {
		least = slewFast
	}
	off := p.error()
	rate := min(max(off, -off, least), slewFast)
	step := time.Duration(int64(rate) * int64(elapsed) / int64(slewTime))
	p.offset += min(max(off, -step), step, off+slewEarly)
	if p.drift >= 0 {
		p.lowest, p.under = min(p.lowest, p.offset), false
	}
}

// error returns by how much the offset is too low for the points of the window.
func (p *pace) error() time.Duration {
	least := time.Duration(math.MaxInt64)
	first := int64(p.active/paceSlot) - paceSlots + 1
	if p.drift != 0 {
		first += paceSlots / 2 // older ones may be from before the drift began
	}
	for i := range p.points {
		if point := &p.points[i]; point.slot >= max(p.since, first, 0) {
			least = min(least, point.offset-p.offset-scale(point.media-p.media, p.drift))
		}
	}
	return least
}

// measure computes the drift from the points before slot: the median of the slopes between all pairs (Theil-Sen), which
// tolerates errors in a third of them.
func (p *pace) measure(slot int64) {
	const least, most = 4, paceSlots - 1
	var points [most]pacePoint
	n := 0
	for _, point := range p.points {
		if point.slot >= max(slot-most, 0) && point.slot < slot {
			points[n] = point
			n++
		}
	}
	if n < least {
		return
	}
	slices.SortFunc(points[:n], func(a, b pacePoint) int { return int(a.slot - b.slot) })

	var memory [most * (most - 1) / 2]float64
	slopes := memory[:0]
	for i := range points[:n] {
		for j := range i {
			if span := points[i].media - points[j].media; span > 0 {
				slopes = append(slopes, float64(points[i].offset-points[j].offset)/float64(span))
			}
		}
	}
	if len(slopes) == 0 {
		return
	}
	drift := min(max(median(slopes), minDrift), maxDrift)

	residuals := memory[:n]
	for i, point := range points[:n] {
		residuals[i] = float64(point.offset) - drift*float64(point.media-points[0].media)
	}
	middle := median(residuals)
	for i := range residuals {
		residuals[i] = math.Abs(residuals[i] - middle)
	}
	slices.Sort(residuals)
	certain := float64(driftCertain) + driftNoise*residuals[n*3/4]
	change := math.Abs(drift) * float64(points[n-1].media-points[0].media)
	switch known := p.drift != 0; {
	case change > certain, known && change > certain/2:
		p.drift = drift
		if !known {
			p.offset += max(p.error(), 0)
		}
	default:
		p.drift = 0
	}
}

// median sorts values and returns the middle one.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[n/2] + values[(n-1)/2]) / 2
}
