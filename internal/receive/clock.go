package receive

import "time"

const (
	// resyncJump is how far a unit's arrival may be from what its timestamp says before the two are taken to have
	// nothing to do with each other any more.
	resyncJump = time.Second
	// resyncLate is how long units have to go on arriving late by resyncJump until that is believed. A network that
	// stalls and then delivers everything at once makes units late too, but not for long.
	resyncLate = 500 * time.Millisecond

	// slewSlow and slewFast are how much the offset may change per second. Fast is for the start, when the first
	// units, a large key frame among them, tell little, and for an error that would be seen.
	slewSlow  = 5 * time.Millisecond
	slewFast  = 200 * time.Millisecond
	slewStart = 3 * time.Second       // for how long it is fast after a start
	slewError = 50 * time.Millisecond // from which error on it is fast

	delaySlots = 6                      // of the window over which the smallest delay is looked for
	delaySlot  = 500 * time.Millisecond // length of one

	// maxElapsed is how much time passes at most with one unit. Nothing is learned while nothing arrives, and no step
	// may be large.
	maxElapsed = 100 * time.Millisecond
)

// clock maps RTP timestamps (RFC 3550 section 5.1) to local time. It follows the sender's clock, whose rate differs
// from ours, by the units that arrived with the least delay: jitter and queues only ever add to a delay, so its minimum
// over some seconds moves with the two clocks alone. The zero value with a rate is ready.
type clock struct {
	rate int64 // ticks of an RTP timestamp per second

	ticks   int64 // unwrapped timestamp, 0 at the first
	last    uint32
	started bool

	offset    time.Duration // local time of tick 0, as estimated
	updatedAt time.Duration // arrival of the unit that offset was last updated with
	fastUntil time.Duration

	active time.Duration // time in which units arrived, for the window
	delays [delaySlots]delayMinimum

	lateSince time.Duration // arrival of the first of the late units in a row; valid if isLate
	isLate    bool

	pts    time.Duration // the last one given
	hasPTS bool
}

// delayMinimum is the smallest offset seen in one slot of arrival time.
type delayMinimum struct {
	slot   int64 // active / delaySlot; -1 if empty
	offset time.Duration
}

// restart makes the next timestamp the start of another sequence.
func (c *clock) restart() {
	c.started = false
}

// observe takes the timestamp and the arrival of a unit and returns when it was due. What it returns never stands still
// or goes back.
func (c *clock) observe(timestamp uint32, arrival time.Duration) time.Duration {
	if !c.started {
		c.started = true
		c.ticks = 0
		c.last = timestamp
		c.synchronize(arrival, arrival)
	}
	// The shorter way round the 32 bits.
	c.ticks += int64(int32(timestamp - c.last))
	c.last = timestamp

	c.follow(arrival-c.media(), arrival)

	pts := c.offset + c.media()
	if c.hasPTS && pts <= c.pts {
		pts = c.pts + time.Second/time.Duration(c.rate)
	}
	c.pts, c.hasPTS = pts, true
	return pts
}

// media returns the time from tick 0 on the sender's clock.
func (c *clock) media() time.Duration {
	return time.Duration(c.ticks/c.rate)*time.Second + time.Duration(c.ticks%c.rate)*time.Second/time.Duration(c.rate)
}

// synchronize forgets the past and takes offset as it is.
func (c *clock) synchronize(offset, arrival time.Duration) {
	c.offset = offset
	c.updatedAt = arrival
	c.fastUntil = arrival + slewStart
	c.isLate = false
	for i := range c.delays {
		c.delays[i].slot = -1
	}
}

// follow updates the offset with that of one unit.
func (c *clock) follow(offset, arrival time.Duration) {
	switch late := offset - c.offset; {
	case late < -resyncJump:
		c.synchronize(offset, arrival)
	case late > resyncJump && !c.isLate:
		c.isLate, c.lateSince = true, arrival
		return
	case late > resyncJump && arrival-c.lateSince < resyncLate:
		return
	case late > resyncJump:
		c.synchronize(offset, arrival)
	default:
		c.isLate = false
	}

	elapsed := min(max(arrival-c.updatedAt, 0), maxElapsed)
	c.active += elapsed
	c.updatedAt = max(c.updatedAt, arrival)

	rate := slewSlow
	deviation := c.minimum(offset) - c.offset
	if arrival < c.fastUntil || deviation > slewError || deviation < -slewError {
		rate = slewFast
	}
	step := time.Duration(int64(rate) * int64(elapsed) / int64(time.Second))
	c.offset += min(max(deviation, -step), step)
}

// minimum adds offset to the window and returns the smallest in it.
func (c *clock) minimum(offset time.Duration) time.Duration {
	slot := int64(c.active / delaySlot)
	if d := &c.delays[slot%delaySlots]; d.slot != slot {
		*d = delayMinimum{slot, offset}
	} else {
		d.offset = min(d.offset, offset)
	}
	smallest := offset
	for _, d := range c.delays {
		if d.slot >= 0 && slot-d.slot < delaySlots {
			smallest = min(smallest, d.offset)
		}
	}
	return smallest
}

// jitter is the interarrival jitter of RFC 3550 section 6.4.1, measured between packets of different timestamps as
// libwebrtc does: packets of one frame are spread out by the sender's pacer, not by the network.
type jitter struct {
	rate      int64
	timestamp uint32
	arrival   time.Duration
	started   bool
	mean      time.Duration
}

// observe takes the next packet in order of arrival and returns the jitter.
func (j *jitter) observe(timestamp uint32, arrival time.Duration) time.Duration {
	ticks := int64(int32(timestamp - j.timestamp))
	if j.started && ticks <= 0 {
		return j.mean
	}
	if j.started && ticks < 10*j.rate {
		d := arrival - j.arrival - time.Duration(ticks*int64(time.Second)/j.rate)
		j.mean += (max(d, -d) - j.mean) / 16
	}
	j.timestamp, j.arrival, j.started = timestamp, arrival, true
	return j.mean
}
