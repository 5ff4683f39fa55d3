package rtp

import "time"

// foresight is how old a gap must be before the latency allows for it: a younger gap may be filled by a packet that was
// only reordered.
const foresight = 20 * time.Millisecond

// drainTime is how long before a gap is given up the Receiver starts to read everything that its source has queued. The
// Assembler may have been slow, so the missing packets can be there.
const drainTime = time.Millisecond

// frameAhead is the longest assumed time between when the frame with the gap was due and when the gap is noticed, which
// the next frame reveals.
const frameAhead = 30 * time.Millisecond

// lossMemory is how long after a loss a link counts as one that loses packets.
const lossMemory = 10 * time.Second

// hurrier is a PacketReader that can be told when packets are missing, so that it polls for retransmitted ones.
type hurrier interface {
	// Hurry is called with true when packets are missing, and with false when none are missing any more: alternately,
	// with false as the last call.
	Hurry(hurry bool)
}

// wait returns how long a missing packet is waited for after the first packet behind it.
func (r *Receiver) wait() time.Duration {
	if fixed := time.Duration(r.latency.Load()); fixed >= 0 {
		return fixed
	}
	if !r.begun {
		return maxReordering // packets that may have been sent before the first packet are not retransmitted
	}
	return min(r.nacks.hopeless(), mostLimit)
}

// Reported returns how late frames may be: the fixed latency, or the adaptive one.
func (r *Receiver) Reported() time.Duration {
	if fixed := time.Duration(r.latency.Load()); fixed >= 0 {
		return fixed
	}
	return r.adapted.latency
}

func (r *Receiver) adaptive() bool { return r.latency.Load() < 0 }

// noteArrival records what an accepted packet says about missing ones. end is one past the highest number before it.
func (r *Receiver) noteArrival(p *Packet, end uint16, reordered bool, now time.Duration) {
	if reordered {
		r.nacks.arrived(p.Sequence, now)
		return
	}
	// The first packet to arrive need not be the first that was sent, but packets before it do not count as missing.
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

// Losing reports whether packets are lost now and then.
func (r *Receiver) Losing(now time.Duration) bool { return r.gapped && now-r.gapAt < lossMemory }

// RoundTrip returns the round-trip time to the sender, or a default if it is unknown.
func (r *Receiver) RoundTrip() time.Duration { return r.nacks.trip() }

// IsMeasured reports whether MeasureRoundTrip has been called.
func (r *Receiver) IsMeasured() bool { return r.tripped }

// MeasureRoundTrip measures the round-trip time, at most once a second.
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

// tickGap does what is due at this time while packets are missing.
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
		// The source is empty, also for any further gap.
		for r.queue.count > 0 && now >= r.queue.since+r.wait() {
			if err := r.skip(now); err != nil {
				return err
			}
		}
	}
	return nil
}

// gapDeadline returns when tickGap has to be called next, if at all.
func (r *Receiver) gapDeadline(now time.Duration) (at time.Duration, ok bool) {
	if r.queue.count == 0 {
		return 0, false
	}
	at = r.drainUntil
	if !r.draining {
		at = r.drainFrom()
	}
	if r.config.RequestPackets == nil {
		return at, true // no packet is requested, and nothing predicted
	}
	if nack, ok := r.nacks.next(); ok {
		at = min(at, nack)
	}
	if foresee, ok := r.foreseeAt(); ok && r.adaptive() {
		at = min(at, foresee)
	}
	return at, true
}

// foreseeAt returns when the latency has to allow for a retransmission, or one more, of the missing packets, if at all:
// the server retransmits a packet only so often.
func (r *Receiver) foreseeAt() (at time.Duration, ok bool) {
	needed := r.nacks.reordering
	if r.foreseen > 0 {
		needed = r.nacks.expected(r.foreseen)
	}
	return r.queue.since + foresight + needed, r.foreseen < ServerTries
}

// foresee makes the latency allow for the present gap before the frames behind it are late.
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
		r.reportLatency()
	}
}

// StaysLate gets the lateness of a frame, and reports whether all frames have been too late for the adaptive latency
// for so long that the delay is permanent.
func (r *Receiver) StaysLate(late, now time.Duration) bool {
	return r.adaptive() && r.adapted.lasts(late, now)
}

// NoteLateness makes the latency follow the lateness of a frame that is delivered now.
func (r *Receiver) NoteLateness(late, now time.Duration) {
	if r.adapted.observe(late, now) {
		r.reportLatency()
	}
}

func (r *Receiver) reportLatency() {
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

// closeGap ends the present gap.
func (r *Receiver) closeGap() { r.draining, r.unheard, r.foreseen = false, false, 0 }

// expired reports whether to give up the present gap.
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

// drainFrom returns when to start emptying the source before the present gap is given up.
func (r *Receiver) drainFrom() time.Duration {
	wait := r.wait()
	return r.queue.since + wait - min(drainTime, wait)
}

// advance consumes the packets that are in sequence now.
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

// skipUnneeded gives up a gap at once if nothing in it can matter: frames that would be dropped because a key frame is
// missing; padding, which a LiveKit server does not retransmit; or sound that the next packet repeats.
func (r *Receiver) skipUnneeded(now time.Duration) error {
	if r.queue.count == 0 {
		return nil
	}
	next := r.queue.head()
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

// skip gives up the present gap.
func (r *Receiver) skip(now time.Duration) error {
	return r.continueAfterGap(r.queue.skip(), now)
}

// EntryAhead reports whether a packet behind the present gap can be used without any earlier one.
func (r *Receiver) EntryAhead() bool { return r.entryBehind && r.queue.has(r.entryAt) }

// IsWaiting reports whether packets are waiting behind a gap.
func (r *Receiver) IsWaiting() bool { return r.queue.count > 0 }

// skipToEntry gives up all packets before one that can be used without any earlier one: the missing ones would be too
// late to be shown, or are useless.
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
	r.log.Debug("continuing without missing packets", "packets", behind)
	return r.continueAfterGap(lost, now)
}

// continueAfterGap continues with the packets behind a gap that was given up.
func (r *Receiver) continueAfterGap(lost int, now time.Duration) error {
	r.nacks.passed(r.queue.next)
	r.closeGap()
	if r.begun {
		r.counters.lost.Add(uint64(lost))
		r.log.Warn("rtp packets lost", "count", lost)
	}
	r.assembler.GaveUp(r.begun)
	return r.advance(now)
}
