package mediaclock

import "time"

const (
	// leap is how much further than the local clock a timestamp may advance. After a larger step it belongs to a new
	// sequence.
	leap = time.Second
	// minSlack and maxSlack limit how late a unit after a silence may be before it is held back to find out whether the
	// sender paused.
	minSlack = 50 * time.Millisecond
	maxSlack = 250 * time.Millisecond
	// minHold and MaxHold limit how long such a unit is held back.
	minHold = 5 * time.Millisecond
	MaxHold = 30 * time.Millisecond
)

// Clock maps RTP timestamps (RFC 3550 section 5.1) to local time: to when a unit is due, and to when it is decoded.
// docs/adr/0012 explains how and why. The zero value with a rate is ready for use.
//
// Each unit is first observed and then stamped. If Observe returns a hold, Stamp is called after that time, or when the
// next unit begins.
type Clock struct {
	rate int64 // RTP timestamp ticks per second

	ticks   int64 // the unwrapped timestamp, 0 at the first unit
	last    uint32
	started bool

	order decodeOrder
	pace  pace
	line  timeline

	settling bool          // the next unit is assumed to have no delay
	arrival  time.Duration // latest arrival of a unit
	late     time.Duration // lateness of the last unit according to pace

	// The unit that was observed last:
	unit  Sample
	media time.Duration // its timestamp as a time
	due   time.Duration // when it is decoded, on the sender's clock
	step  time.Duration // since the previous unit is decoded
	exact bool          // due is known, not estimated

	pts, dts time.Duration // the highest ones returned
	given    bool
}

// Sample describes a unit to the clock.
type Sample struct {
	Timestamp uint32
	Key       bool          // later units in order of decoding are shown after all earlier ones
	Discont   bool          // units are missing before it
	Reorder   int           // how many pictures a decoder holds back to reorder them, or UnknownReorder
	Begun     time.Duration // arrival of its first packet
	Arrival   time.Duration // arrival of its last packet
}

// Stamps are the local times of a unit: when it is to be shown, and when to be decoded.
type Stamps struct{ PTS, DTS time.Duration }

// Reset clears all state except the times that later ones must follow, and sets the rate of the timestamps, in Hz.
func (c *Clock) Reset(rate int64) {
	*c = Clock{
		rate:    rate,
		pts:     c.pts,
		dts:     c.dts,
		given:   c.given,
		arrival: c.arrival,
	}
}

// Restart starts a new sequence with the next timestamp.
func (c *Clock) Restart() {
	c.started = false
}

// Observe takes a unit. slack is how late it may be without being held back. The hold is zero unless the unit ends a
// silence and is about as late as the silence was long. There are two possible reasons. If the sender and its clock
// paused, the next units are as late as this one, and units are due from now on. If the network stalled, it now
// delivers what it kept, beginning with this unit, which is due when it would have been.
func (c *Clock) Observe(s Sample, slack time.Duration) (hold time.Duration) {
	// In the direction in which the 32 bits are closer.
	c.ticks += int64(int32(s.Timestamp - c.last))
	c.last = s.Timestamp
	c.unit = s
	c.order.setDepth(max(s.Reorder, 0))
	if media := c.mediaTime(); !c.started || c.leaps(media) {
		c.begin()
	} else {
		c.media = media
		if s.Discont && s.Key {
			c.order.restart()
		}
		before := c.due
		c.due, c.exact = c.order.next(media)
		c.step = c.due - before
	}

	quiet := s.Begun - c.arrival
	c.arrival = max(c.arrival, s.Arrival)
	if !c.exact {
		return 0
	}
	half := c.pace.local(c.step) / 2
	late := s.Begun - c.due - c.pace.at(c.due)
	if late <= min(max(slack, minSlack), maxSlack) || quiet < half {
		return 0
	}
	return min(max(half, minHold), MaxHold)
}

// mediaTime returns the time since tick 0 on the sender's clock.
func (c *Clock) mediaTime() time.Duration {
	return time.Duration(c.ticks/c.rate)*time.Second + time.Duration(c.ticks%c.rate)*time.Second/time.Duration(c.rate)
}

// leaps reports whether the timestamp of the present unit does not continue the previous ones.
func (c *Clock) leaps(media time.Duration) bool {
	ahead := media - c.order.high
	switch {
	case ahead > max(c.unit.Arrival-c.arrival, 0)+leap:
		return true
	case ahead >= 0:
		return false
	}
	return c.unit.Reorder == 0 || c.unit.Key || -ahead > leap
}

// begin starts a sequence with the present unit.
func (c *Clock) begin() {
	floor := time.Duration(0)
	if c.given {
		floor = c.pts + max(c.unit.Arrival-c.arrival, c.tick())/2 + 1
	}
	c.started, c.settling = true, false
	c.ticks, c.media, c.step = 0, 0, 0
	c.line.begin(floor)
	c.order.start()
	c.due, c.exact = c.order.next(0)
	c.pace.begin(c.due, c.unit.Arrival)
}

// Last returns the highest presentation time so far.
func (c *Clock) Last() time.Duration { return c.pts }

// Settle makes the clock assume that the next unit has no delay: the previous ones were late for so long that the delay
// is permanent.
func (c *Clock) Settle() { c.settling = true }

// IsLearning reports whether the sequence began so recently that PTS are still being corrected.
func (c *Clock) IsLearning(now time.Duration) bool { return now < c.pace.fast }

func (c *Clock) tick() time.Duration { return time.Second / time.Duration(c.rate) }

// Stamp returns the times of the unit that was observed last. paused says, after a hold, whether the sender had paused.
func (c *Clock) Stamp(paused bool) Stamps {
	offset := c.unit.Arrival - c.due
	switch {
	case !c.exact:
	case c.order.settled:
		c.pace.begin(c.due, c.unit.Arrival)
	case c.settling:
		c.settling = false
		c.pace.settle(c.due, c.unit.Arrival)
	case paused:
		c.pace.resume(c.due, offset, c.late)
		if c.due != c.media && c.media > c.line.high() {
			// Pictures that are shown before this unit come after the pause, too.
			c.line.extend(c.line.high()+1, c.line.high()+1+c.pace.at(c.due), 1)
		}
	}
	c.late = offset - c.pace.at(c.due)
	if c.exact {
		c.pace.follow(c.due, offset, c.unit.Arrival)
	}

	s := Stamps{}
	if c.media > c.line.high() || c.line.empty() {
		s.PTS = c.line.extend(c.media, c.media+c.pace.at(c.media), c.pace.nearest(c.media-c.line.high()))
	} else if s.PTS = c.line.at(c.media); c.media == c.line.high() {
		// Two units have the same time.
		s.PTS = c.line.raise(c.tick())
	}
	s.DTS = s.PTS
	if c.due != c.media {
		s.DTS = c.line.at(c.due)
	}
	if c.given && s.DTS <= c.dts {
		s.DTS = c.dts + time.Microsecond
	}
	c.dts = s.DTS
	c.pts, c.given = max(c.pts, s.PTS), true
	return s
}
