package rtp

import "time"

const (
	// maxProbation is the largest distance at which a packet that follows one with a jump confirms a new sequence.
	maxProbation = 100

	// maxOvertake is by how many packets the first packet to arrive may have overtaken the first one sent.
	maxOvertake = 16
)

// begin begins a sequence with p. If p cannot be used without earlier packets, it may have overtaken them.
func (r *Receiver) begin(p *Packet) {
	first := p.Sequence
	if len(p.Payload) > 0 && !r.assembler.Begin(p) {
		first -= maxOvertake
	}
	r.queue.start(first)
}

// place sorts p into the sequence, and consumes the packets that are in sequence then. It reports whether it kept p.
func (r *Receiver) place(p *Packet, now time.Duration) (kept bool, err error) {
	end := r.queue.end
	place, reordered := r.queue.push(p)
	if reordered {
		r.counters.reordered.Add(1)
	}
	switch place {
	case placeNext, placeStored:
	case placeDuplicate:
		r.counters.duplicates.Add(1)
		return false, nil
	case placeLate:
		r.counters.late.Add(1)
		return false, nil
	case placeJump:
		if r.queue.full(p.Sequence) {
			if err := r.skip(now); err != nil {
				return false, err
			}
			return r.place(p, now)
		}
		return r.jump(p, now)
	}
	if reordered {
		r.counters.recovered.Add(1)
	}
	r.dismiss()
	r.noteArrival(p, end, reordered, now)
	if len(p.Payload) > 0 {
		r.counters.jitter.Store(int64(r.jitter.observe(p.Timestamp, p.Arrival)))
	} else {
		r.counters.padding.Add(1)
	}

	if place == placeStored {
		same := r.entryBehind && r.queue.isSameUnit(r.entryAt, p)
		entry, heard := r.assembler.Ahead(p, same, now)
		if heard {
			r.unheard = false
		}
		if entry && !same {
			r.entryBehind, r.entryAt = true, p.Sequence
		}
		if r.adaptive() && p.Sequence-end >= maxMissing && !reordered {
			return true, r.skip(now)
		}
		return true, r.skipUnneeded(now)
	}
	if err := r.consume(p, now); err != nil {
		return false, err
	}
	return false, r.advance(now)
}

// consume processes the next packet in sequence.
func (r *Receiver) consume(p *Packet, now time.Duration) error {
	r.begun = true
	if len(p.Payload) == 0 {
		return nil
	}
	if r.payloadType != int(p.PayloadType) {
		if accept := r.config.AcceptPayloadType; accept != nil && !accept(p.PayloadType) {
			if err := r.assembler.Flush(false); err != nil {
				return err
			}
			return &CodecChangedError{p.PayloadType}
		}
		r.payloadType = int(p.PayloadType)
	}
	return r.assembler.Take(p, now)
}

// jump processes a packet whose sequence number jumps. A single one may be a stray packet: it is kept, but not used.
// When a second one continues the first, the sender has restarted, and the sequence begins anew with these two. It
// reports whether it kept p.
func (r *Receiver) jump(p *Packet, now time.Duration) (kept bool, err error) {
	first := r.probation
	switch {
	case first != nil && first.SSRC == p.SSRC && first.Sequence == p.Sequence:
		r.counters.duplicates.Add(1)
		return false, nil
	case first == nil || first.SSRC != p.SSRC || p.Sequence-first.Sequence > maxProbation:
		r.dismiss()
		r.probation = p
		return true, nil
	}

	if err := r.assembler.Flush(true); err != nil {
		return false, err
	}
	r.log.Warn("rtp sequence restarts", "ssrc", p.SSRC, "sequence", first.Sequence)
	r.probation = nil
	r.empty()
	r.begun = false
	r.assembler.Restart()
	r.ssrc = first.SSRC
	r.begin(first)
	if kept, err := r.place(first, now); err != nil {
		return false, err
	} else if !kept {
		r.release(first)
	}
	return r.place(p, now)
}

// dismiss drops the packet on probation.
func (r *Receiver) dismiss() {
	if r.probation != nil {
		r.release(r.probation)
		r.probation = nil
	}
}

// empty drops the packets behind a gap.
func (r *Receiver) empty() {
	for p := r.queue.drain(); p != nil; p = r.queue.drain() {
		r.release(p)
	}
	r.closeGap()
	r.nacks.forget()
}
