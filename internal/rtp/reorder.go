package rtp

import "time"

const (
	// MaxJump is the distance of sequence numbers from which a packet belongs to another sequence and is not just late or
	// early (MAX_DROPOUT in RFC 3550 appendix A.1).
	MaxJump = 3000

	ringSize = 4096 // a power of two above MaxJump
	ringMask = ringSize - 1
)

// placement says where a packet was put that was pushed into a reorder buffer.
type placement int

const (
	placeNext      placement = iota // it is the next in sequence: the caller keeps it, and pop returns the packets that follow
	placeStored                     // the buffer keeps it, behind a gap
	placeDuplicate                  // a packet with its number was received before
	placeLate                       // its number was given up before
	placeJump                       // its number is too far away to belong to this sequence
)

// reorder puts packets into the order of their 16-bit sequence numbers. It keeps packets only while an earlier one is
// missing, and fewer than MaxJump. The zero value is ready for start.
type reorder struct {
	ring    [ringSize]*Packet     // by sequence number, behind a gap
	skipped [ringSize / 64]uint64 // one bit for each of the ringSize numbers before next: it was given up
	since   time.Duration         // earliest arrival of a packet in ring; valid if count > 0
	count   int                   // packets in ring
	next    uint16                // the number that is returned next
	end     uint16                // one past the highest number seen
}

// start makes sequence the next number. The ring must be empty. All numbers before it count as given up.
func (q *reorder) start(sequence uint16) {
	q.next, q.end = sequence, sequence
	for i := range q.skipped {
		q.skipped[i] = ^uint64(0)
	}
}

// push puts p into the buffer. reordered reports whether a packet with a higher number arrived before it, wherever p
// was put.
func (q *reorder) push(p *Packet) (place placement, reordered bool) {
	ahead := int16(p.Sequence - q.next)
	switch {
	case ahead >= MaxJump || ahead <= -MaxJump:
		return placeJump, false
	case ahead < 0:
		if q.wasSkipped(p.Sequence) {
			q.markSkipped(p.Sequence, false)
			return placeLate, true
		}
		return placeDuplicate, false
	case q.ring[p.Sequence&ringMask] != nil:
		return placeDuplicate, false
	}

	reordered = int16(p.Sequence-q.end) < 0
	if !reordered {
		q.end = p.Sequence + 1
	}
	if ahead == 0 {
		q.advance()
		return placeNext, reordered
	}
	if q.count == 0 {
		q.since = p.Arrival
	}
	q.ring[p.Sequence&ringMask] = p
	q.count++
	return placeStored, reordered
}

// pop returns the next packet in sequence, or nil if it is missing.
func (q *reorder) pop() *Packet {
	p := q.ring[q.next&ringMask]
	if p == nil {
		return nil
	}
	q.ring[q.next&ringMask] = nil
	q.count--
	q.advance()
	if q.count > 0 && q.ring[q.next&ringMask] == nil {
		q.since = q.earliest()
	}
	return p
}

// head returns the packet behind the gap, or nil if there is none.
func (q *reorder) head() *Packet {
	if q.count == 0 {
		return nil
	}
	for s := q.next; ; s++ {
		if p := q.ring[s&ringMask]; p != nil {
			return p
		}
	}
}

// skip gives up the missing packets before the first packet in the ring, and returns their number.
func (q *reorder) skip() (lost int) {
	if q.count == 0 {
		return 0
	}
	for q.ring[q.next&ringMask] == nil {
		q.markSkipped(q.next, true)
		q.next++
		lost++
	}
	return lost
}

// has reports whether the packet with a number is in the ring.
func (q *reorder) has(sequence uint16) bool {
	p := q.ring[sequence&ringMask]
	return p != nil && p.Sequence == sequence
}

// isSameUnit reports whether the packet with a number is in the ring, precedes p, and belongs to the same unit.
func (q *reorder) isSameUnit(sequence uint16, p *Packet) bool {
	other := q.ring[sequence&ringMask]
	return other != nil && other.Timestamp == p.Timestamp && int16(sequence-p.Sequence) < 0
}

// whole reports whether the ring has all packets of the unit that begins with sequence, and the packet before it, which
// shows that the unit begins there.
func (q *reorder) whole(sequence uint16) bool {
	first, before := q.ring[sequence&ringMask], q.ring[(sequence-1)&ringMask]
	if first == nil || before == nil || before.Timestamp == first.Timestamp {
		return false
	}
	for s := sequence; ; s++ {
		switch p := q.ring[s&ringMask]; {
		case p == nil:
			return false
		case p.Timestamp != first.Timestamp:
			return true
		case p.Marker:
			return true
		}
	}
}

// full reports whether a packet that push found too far away is so only because of the gap: it continues the packets in
// the ring.
func (q *reorder) full(sequence uint16) bool {
	ahead, beyond := sequence-q.next, sequence-q.end
	return q.count > 0 && ahead < 1<<15 && beyond < MaxJump
}

// drain returns the packets of the ring in sequence, ignoring gaps, and nil at the end.
func (q *reorder) drain() *Packet {
	q.skip()
	return q.pop()
}

func (q *reorder) advance() {
	q.markSkipped(q.next, false)
	q.next++
}

func (q *reorder) earliest() time.Duration {
	earliest := q.head().Arrival
	for s := q.next; s != q.end; s++ {
		if p := q.ring[s&ringMask]; p != nil && p.Arrival < earliest {
			earliest = p.Arrival
		}
	}
	return earliest
}

func (q *reorder) wasSkipped(sequence uint16) bool {
	i := sequence & ringMask
	return q.skipped[i/64]&(1<<(i%64)) != 0
}

func (q *reorder) markSkipped(sequence uint16, skipped bool) {
	i := sequence & ringMask
	if skipped {
		q.skipped[i/64] |= 1 << (i % 64)
	} else {
		q.skipped[i/64] &^= 1 << (i % 64)
	}
}
