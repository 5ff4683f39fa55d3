package mediaclock

import (
	"math"
	"slices"
	"time"
)

const (
	paceSlots = 9                      // of the window that is looked at, the present one among them
	paceSlot  = 250 * time.Millisecond // length of one, and how much time passes at most with one unit
	// paceExtent is how far what was measured is believed to go on. Over a longer pause of a sender, whatever made its
	// stamps drift, such as a wrong rate of frames, does not.
	paceExtent = time.Second

	// minDrift and maxDrift bound by how much the offset may change per second: stamps run from half to twice real time.
	minDrift = -0.5
	maxDrift = 1.1
	// A drift is believed from the change on that it makes over the window: certain, and a multiple of what the points
	// are off.
	driftCertain = 10 * time.Millisecond
	driftNoise   = 4

	// An error of the offset is worked off in about slewTime, with bounds to the rate: at least slewSlow, and slewStart
	// for startTime after a start, when the first units, a large key frame among them, tell little.
	slewTime  = time.Second
	slewSlow  = 5 * time.Millisecond
	slewFast  = 200 * time.Millisecond
	startTime = 3 * time.Second
	// slewEarly is by how much units may come early at most. Nothing but a queue that empties and the clocks makes them early.
	slewEarly = 30 * time.Millisecond
	// slewLate is from where on a unit tells of a queue or of a stall, and not of the clocks.
	slewLate = 300 * time.Millisecond
)

// pace is the way that the local clock goes against the sender's, as a straight line: offset, local minus sender's
// time, at a moment of the sender's, and its drift. It is learned from the units that arrived with the least delay:
// jitter and queues only ever add to a delay, so the minimum over some time moves with the two clocks alone.
type pace struct {
	media  time.Duration // on the sender's clock
	offset time.Duration // then
	drift  float64       // change of offset per time of the sender's

	lowest  time.Duration // offset that there was without a negative drift
	under   bool          // a unit came with a lower one since
	arrival time.Duration // of the last unit
	fast    time.Duration // until when slewing is fast

	active time.Duration // time in which units arrived, for the window
	since  int64         // slot from which on points tell the offset; those before tell the drift only
	points [paceSlots]pacePoint
}

// pacePoint is the unit with the least delay of a slot of the time in which units arrived.
type pacePoint struct {
	slot          int64 // active / paceSlot; -1 if empty
	media, offset time.Duration
}

// begin forgets all, and takes a unit as one without delay.
func (p *pace) begin(media, arrival time.Duration) {
	*p = pace{media: media, offset: arrival - media, lowest: arrival - media, arrival: arrival, fast: arrival + startTime}
	p.forget()
}

// settle takes a unit as one without delay, because those before it stayed late. When that is over they come early again.
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

// at returns the offset at a moment of the sender's, which is not much behind the last one.
func (p *pace) at(media time.Duration) time.Duration {
	ahead := media - p.media
	if ahead > paceExtent {
		ahead = 0
	}
	return p.offset + scale(max(ahead, -paceExtent), p.drift)
}

// local returns how long a time of the sender's is on the local clock.
func (p *pace) local(d time.Duration) time.Duration {
	return d + scale(d, p.drift)
}

// nearest returns how near the local times of two units may be whose times of the sender's are d apart: half the
// distance that they have in truth. A sender whose stamps run slowly brings the offset lower than it was before; what
// does not may be a queue that empties.
func (p *pace) nearest(d time.Duration) time.Duration {
	switch {
	case p.drift >= 0:
		return p.local(d) / 2
	case !p.under:
		return d / 2
	}
	return max(scale(p.local(d), 0.7), d/4) // not much less than the sender's own distance, should that change now
}

func scale(d time.Duration, factor float64) time.Duration {
	return time.Duration(math.Round(float64(d) * factor))
}

// resume takes a unit that came after a pause as one without delay. The last one before was late by late.
func (p *pace) resume(media, offset, late time.Duration) {
	behind := offset - p.at(media)
	if p.drift < 0 {
		// It would make the next units late again. What it was learned from is over.
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

// advance moves the present to a moment of the sender's. What a pause made of the points is taken out of them.
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

// error returns by how much the offset is too small for the points of the window.
func (p *pace) error() time.Duration {
	least := time.Duration(math.MaxInt64)
	first := int64(p.active/paceSlot) - paceSlots + 1
	if p.drift != 0 {
		first += paceSlots / 2 // older ones may be from before it began
	}
	for i := range p.points {
		if point := &p.points[i]; point.slot >= max(p.since, first, 0) {
			least = min(least, point.offset-p.offset-scale(point.media-p.media, p.drift))
		}
	}
	return least
}

// measure learns the drift from the points before slot: the median of the slopes between each two (Theil and Sen),
// which a third of them can be wrong without changing.
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

// median sorts values and returns the one in the middle.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[n/2] + values[(n-1)/2]) / 2
}
