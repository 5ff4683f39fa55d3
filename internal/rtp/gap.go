package rtp

import "time"

// foresight is how old a gap has to be until the latency allows for it: what is younger may be filled by a packet that was
// only overtaken.
const foresight = 20 * time.Millisecond

// drainTime is how long before a gap is given up the Receiver starts to empty its source. Packets can be waiting there: the
// Assembler may have been slow.
const drainTime = time.Millisecond

// frameAhead is how long before a gap is noticed the frame that it is in was due, at most. The next frame shows it.
const frameAhead = 30 * time.Millisecond

// lossMemory is how long a link that has lost a packet is one that loses packets.
const lossMemory = 10 * time.Second

// hurrier is a PacketReader that can be told when packets are missing, to look for those that are sent again.
type hurrier interface {
	// Hurry is called with true when packets are missing, and with false when they are not any more: in turn, with false last.
	Hurry(hurry bool)
}

// wait is how long a missing packet is waited for after the first packet behind it.
func (r *Receiver) wait() time.Duration {
	if fixed := time.Duration(r.latency.Load()); fixed >= 0 {
		return fixed
	}
	if !r.begun {
		return maxReordering // what may have been sent before the first packet is not sent again
	}
	return min(r.nacks.hopeless(), mostLimit)
}

// Reported is how late frames may be: the fixed latency, or the adaptive one.
func (r *Receiver) Reported() time.Duration {
	if fixed := time.Duration(r.latency.Load()); fixed >= 0 {
		return fixed
	}
	return r.adapted.latency
}

func (r *Receiver) adaptive() bool { return r.latency.Load() < 0 }

// noteArrival notes what an accepted packet says about those that are missing. end is one past the highest number before
// it.
func (r *Receiver) noteArrival(p *Packet, end uint16, reordered bool, now time.Duration) {
	if reordered {
		r.nacks.arrived(p.Sequence, now)
		return
	}
	// The first packet may be none of the first ones that were sent: what came before it is not missed.
	gap := p.Sequence != end && (r.begun || r.queue.count > 1)
	if gap {
		r.gapped, r.gapAt = true, now
		r.MeasureRoundTrip(now)
		r.nacks.gap(end, p.Sequence, now)
		r.unheard = r.unheard || r.assembler.Missed()
	}
	if r.losses.observe(gap, now) {
		r.assembler.HeavyLoss(now)
	}
}

// Losing reports whether packets get lost now and then.
func (r *Receiver) Losing(now time.Duration) bool { return r.gapped && now-r.gapAt < lossMemory }

// RoundTrip is the time to the sender and back, or an assumption about it.
func (r *Receiver) RoundTrip() time.Duration { return r.nacks.trip() }

// IsMeasured reports whether MeasureRoundTrip has been called.
func (r *Receiver) IsMeasured() bool { return r.tripped }

// MeasureRoundTrip looks at the round trip, at most once a second.
func (r *Receiver) MeasureRoundTrip(now time.Duration) {
	if r.config.RoundTrip == nil || r.tripped && now-r.trippedAt < time.Second {
		return
	}
	r.tripped, r.trippedAt = true, now
	if measured := r.config.RoundTrip(); measured > 0 && r.nacks.believes(measured, now) {
		r.nacks.roundTrip = measured
		r.adapted.limit = max(leastLimit, min(4*measured, mostLimit))
		r.assembler.Measured(measured)
	}
}

// tickGap does what is due while packets are missing.
func (r *Receiver) tickGap(now time.Duration) error {
	r.hurry(r.queue.count > 0)
	if r.queue.count == 0 {
		return nil
	}
	if missing := r.nacks.due(now); len(missing) > 0 && r.config.RequestPackets != nil {
		r.counters.requests.Add(uint64(len(missing)))
		r.config.RequestPackets(missing)
	}
	r.foresee(now)
	late := r.unheard || now >= r.queue.since+r.Reported()
	if r.adaptive() && r.entryBehind && late && r.queue.whole(r.entryAt) {
		return r.skipToEntry(now)
	}
	if r.expired(now) {
		// The source is empty, for any other gap too.
		for r.queue.count > 0 && now >= r.queue.since+r.wait() {
			if err := r.skip(now); err != nil {
				return err
			}
		}
	}
	return nil
}

// gapDeadline returns when tickGap has something to do next, if at all.
func (r *Receiver) gapDeadline(now time.Duration) (at time.Duration, ok bool) {
	if r.queue.count == 0 {
		return 0, false
	}
	at = r.drainUntil
	if !r.draining {
		at = r.drainFrom()
	}
	if r.config.RequestPackets == nil {
		return at, true // nothing is asked for, and nothing foreseen
	}
	if nack, ok := r.nacks.next(); ok {
		at = min(at, nack)
	}
	if foresee, ok := r.foreseeAt(); ok && r.adaptive() {
		at = min(at, foresee)
	}
	return at, true
}

// foreseeAt is when the latency has to allow for the packets that are missing to be sent again, or once more, if at all: the
// server does that only so often.
func (r *Receiver) foreseeAt() (at time.Duration, ok bool) {
	needed := r.nacks.reordering
	if r.foreseen > 0 {
		needed = r.nacks.expected(r.foreseen)
	}
	return r.queue.since + foresight + needed, r.foreseen < ServerTries
}

// foresee lets the latency allow for the present gap before the frames behind it are late.
func (r *Receiver) foresee(now time.Duration) {
	if at, ok := r.foreseeAt(); !ok || now < at {
		return
	}
	r.foreseen++
	shown, ok := r.assembler.Shown()
	if !ok || r.adapted.stalled || r.config.RequestPackets == nil {
		return
	}
	before := min(max(r.queue.since-shown, 0), frameAhead)
	if r.adapted.expect(before + r.nacks.expected(r.foreseen)) {
		r.tellLatency()
	}
}

// StaysLate takes how late a frame is, and reports whether all have been later than the latency follows for so long that this
// is how long the way is now.
func (r *Receiver) StaysLate(late, now time.Duration) bool {
	return r.adaptive() && r.adapted.lasts(late, now)
}

// NoteLateness lets the latency follow how late a frame is that is delivered now.
func (r *Receiver) NoteLateness(late, now time.Duration) {
	if r.adapted.observe(late, now) {
		r.tellLatency()
	}
}

func (r *Receiver) tellLatency() {
	if r.adaptive() && r.config.OnLatency != nil {
		r.config.OnLatency(r.adapted.latency)
	}
}

// hurry tells the source whether packets are missing.
func (r *Receiver) hurry(hurry bool) {
	if hurry == r.hurrying {
		return
	}
	r.hurrying = hurry
	if h, ok := r.wake.src.(hurrier); ok {
		h.Hurry(hurry)
	}
}

// closeGap says that the present gap is over.
func (r *Receiver) closeGap() { r.draining, r.unheard, r.foreseen = false, false, 0 }

// expired reports whether the present gap is to be given up.
func (r *Receiver) expired(now time.Duration) bool {
	if now < r.drainFrom() {
		r.draining = false
		return false
	}
	if !r.draining {
		wait := r.wait()
		r.draining = true
		r.drainUntil = max(r.queue.since+wait, now+min(drainTime, wait))
	}
	return now >= r.drainUntil
}

// drainFrom returns from when on the source is emptied before the present gap is given up.
func (r *Receiver) drainFrom() time.Duration {
	wait := r.wait()
	return r.queue.since + wait - min(drainTime, wait)
}

// advance consumes what is in sequence now.
func (r *Receiver) advance(now time.Duration) error {
	if r.queue.count == 0 {
		r.entryBehind = false
		return nil
	}
	for p := r.queue.pop(); p != nil; p = r.queue.pop() {
		r.closeGap()
		err := r.consume(p, now)
		r.release(p)
		if err != nil {
			return err
		}
	}
	return r.skipUnneeded(now)
}

// skipUnneeded gives a gap up at once if nothing in it can matter: frames that would be dropped for want of a key frame,
// or padding, which a LiveKit server does not send again.
func (r *Receiver) skipUnneeded(now time.Duration) error {
	if r.queue.count == 0 {
		return nil
	}
	next := r.queue.head().Payload
	switch r.assembler.Needs(next) {
	case NeedAll:
		return nil
	case NeedEntry:
		if r.EntryAhead() {
			return r.skipToEntry(now)
		}
		if !r.assembler.IsEntry(next) {
			return nil
		}
		return r.skip(now)
	case NeedNone:
	}
	r.counters.lost.Add(uint64(r.queue.skip()))
	r.nacks.passed(r.queue.next)
	r.closeGap()
	return r.advance(now)
}

// skip gives the present gap up.
func (r *Receiver) skip(now time.Duration) error {
	return r.goOnBehind(r.queue.skip(), now)
}

// EntryAhead reports whether there is a packet behind the present gap from which on all is of use.
func (r *Receiver) EntryAhead() bool { return r.entryBehind && r.queue.has(r.entryAt) }

// IsWaiting reports whether packets wait behind a gap.
func (r *Receiver) IsWaiting() bool { return r.queue.count > 0 }

// skipToEntry gives up all before a packet from which on all is of use: what is still missing would come too late to be
// shown, or is of no use.
func (r *Receiver) skipToEntry(now time.Duration) error {
	lost, behind := 0, 0
	for r.queue.next != r.entryAt {
		if p := r.queue.pop(); p != nil {
			behind++
			r.release(p)
		} else {
			lost += r.queue.skip()
		}
	}
	r.log.Debug("going on without what is missing", "packets", behind)
	return r.goOnBehind(lost, now)
}

// goOnBehind goes on behind packets that were given up.
func (r *Receiver) goOnBehind(lost int, now time.Duration) error {
	r.nacks.passed(r.queue.next)
	r.closeGap()
	if r.begun {
		r.counters.lost.Add(uint64(lost))
		r.log.Warn("rtp packets lost", "count", lost)
	}
	r.assembler.GaveUp(r.begun)
	return r.advance(now)
}
