package mediaclock

import "time"

const (
	// leap is by how much more a timestamp may advance than time did until the two are taken to have nothing to do with
	// each other any more.
	leap = time.Second
	// minSlack and maxSlack bound how late a unit may be that ends a silence before it is asked whether that was a pause.
	minSlack = 50 * time.Millisecond
	maxSlack = 250 * time.Millisecond
	// minHold and MaxHold bound how long a unit is kept to find the answer.
	minHold = 5 * time.Millisecond
	MaxHold = 30 * time.Millisecond
)

// Clock maps RTP timestamps (RFC 3550 section 5.1) to local time: to when a unit is due, and to when it is decoded.
// docs/adr/0012 says how, and why. The zero value with a rate is ready.
//
// A unit is first observed and then stamped. If observe asks for a hold, the unit is to be kept for that long, or until
// the next unit begins, before it is.
type Clock struct {
	rate int64 // ticks of an RTP timestamp per second

	ticks   int64 // unwrapped timestamp, 0 at the first
	last    uint32
	started bool

	order decodeOrder
	pace  pace
	line  timeline

	settling bool          // the next unit is taken as one without delay
	arrival  time.Duration // latest of a unit
	late     time.Duration // of the last unit, by what pace said

	// Of the unit that was observed last:
	unit  Sample
	media time.Duration // its timestamp
	due   time.Duration // its time of decoding, on the sender's clock
	step  time.Duration // from the time of decoding of the one before
	exact bool          // due is known and no guess

	pts, dts time.Duration // the highest ones given
	given    bool
}

// Sample is what the clock is told about a unit.
type Sample struct {
	Timestamp uint32
	Key       bool          // what follows it in order of decoding is shown behind what came before
	Discont   bool          // units are missing before it
	Reorder   int           // how many pictures a decoder of the stream holds back to sort them, or UnknownReorder
	Begun     time.Duration // arrival of its first packet
	Arrival   time.Duration // and of its last
}

// Stamps are the local times of a unit: when it is to be shown, and when to be decoded.
type Stamps struct{ PTS, DTS time.Duration }

// Reset forgets all but what later times have to come after, and takes the rate of the timestamps, in Hz.
func (c *Clock) Reset(rate int64) {
	*c = Clock{
		rate:    rate,
		pts:     c.pts,
		dts:     c.dts,
		given:   c.given,
		arrival: c.arrival,
	}
}

// Restart makes the next timestamp the start of another sequence.
func (c *Clock) Restart() {
	c.started = false
}

// Observe takes a unit. Slack is by how much it may be late without having to be looked at. The hold is zero unless the
// unit ends a silence and is about as late as that was long. If the sender paused, its clock too, units go on as late
// as this one is, and are due from now on; if the network stood still, what it kept follows at once, this unit being
// the first of it, and is due when it was.
func (c *Clock) Observe(s Sample, slack time.Duration) (hold time.Duration) {
	// The shorter way round the 32 bits.
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

// mediaTime returns the time from tick 0 on the sender's clock.
func (c *Clock) mediaTime() time.Duration {
	return time.Duration(c.ticks/c.rate)*time.Second + time.Duration(c.ticks%c.rate)*time.Second/time.Duration(c.rate)
}

// leaps reports whether the timestamp of the present unit does not go on from the ones before.
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

// Last returns the highest presentation time that was given.
func (c *Clock) Last() time.Duration { return c.pts }

// Settle makes the next unit one without delay: those before it were late for so long that this is how long the way is now.
func (c *Clock) Settle() { c.settling = true }

// IsLearning reports whether the sequence has begun so lately that PTS still move to where they belong.
func (c *Clock) IsLearning(now time.Duration) bool { return now < c.pace.fast }

func (c *Clock) tick() time.Duration { return time.Second / time.Duration(c.rate) }

// Stamp returns the times of the unit that was observed last. Paused is the answer to what was asked with a hold.
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
			// What is shown before this unit comes after the pause too.
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
		// Two units of one time.
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
