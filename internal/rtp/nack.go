package rtp

import (
	"slices"
	"time"
)

const (
	// maxMissing limits the packets that are requested at one time. If more are missing in a row, the link was down: a
	// key frame then restores the picture sooner than so many packets.
	maxMissing = 512

	// nackLeast is the shortest interval between two requests for one packet.
	nackLeast = 10 * time.Millisecond
	// nackTogether is how much earlier than due a packet may be requested to share a request with another one.
	nackTogether = 4 * time.Millisecond

	// nackTwice is the interval between the two copies of a request. It is less than ServerDeaf.
	nackTwice = 30 * time.Millisecond

	// ServerDeaf is for how long LiveKit's server ignores requests for a packet that it has just sent: 100 ms, or two
	// round trips if that is less (sequencer.go of livekit-server). On a shorter round trip the first requests are
	// ignored, so requests must be sent more often than once per round trip.
	ServerDeaf = 100 * time.Millisecond
	// ServerTries is how often the server retransmits a packet.
	ServerTries = 3

	// assumedRoundTrip is used while the round-trip time is unknown.
	assumedRoundTrip = 50 * time.Millisecond

	// doubtfulTrip is a sudden increase of the round-trip time that makes it doubtful. tripAge is how old a measurement
	// may be: the path is checked every 2 s.
	doubtfulTrip = 400 * time.Millisecond
	tripAge      = 2500 * time.Millisecond

	// maxReordering is how long a packet is assumed to be only reordered.
	maxReordering = 50 * time.Millisecond
)

// nacks records the missing packets, and when to request each of them (generic NACK, RFC 4585 section 6.2.1). Packets
// that are given up have to be removed. The zero value is ready for use.
type nacks struct {
	missing   []missingPacket // by rising sequence number
	scratch   []uint16
	nextAt    time.Duration // when the first request is due; valid if a packet is missing
	roundTrip time.Duration // to the sender; 0 if unknown
	doubtedAt time.Duration // when a much longer round trip was measured; valid if doubted
	doubted   bool

	// reordering is how late reordered packets arrive. No packet is requested earlier.
	reordering time.Duration
}

// missingPacket is a packet that has not arrived although a later one has.
type missingPacket struct {
	sequence uint16
	noticed  time.Duration
	dueAt    time.Duration // when the next request is due
	asked    int           // number of requests
}

// gap records that the packets from first up to, but not including, end are missing.
func (n *nacks) gap(first, end uint16, now time.Duration) {
	at := now + n.reordering
	if len(n.missing) == 0 || at < n.nextAt {
		n.nextAt = at
	}
	for s := first; s != end && len(n.missing) < maxMissing; s++ {
		n.missing = append(n.missing, missingPacket{sequence: s, noticed: now, dueAt: at})
	}
}

// arrived records that a packet has arrived. If it was missing, arrived returns for how long, and whether it was
// retransmitted.
func (n *nacks) arrived(sequence uint16, now time.Duration) (waited time.Duration, resent, was bool) {
	i, was := n.find(sequence)
	if !was {
		return 0, false, false
	}
	p := n.missing[i]
	n.missing = slices.Delete(n.missing, i, i+1)
	waited = now - p.noticed
	resent = p.asked > 0 && waited >= n.reordering+n.trip()*3/4
	if resent {
		n.reordering -= n.reordering / 4
	} else {
		n.reordering = min(max(n.reordering, waited+waited/8), maxReordering)
	}
	return waited, resent, true
}

func (n *nacks) find(sequence uint16) (int, bool) {
	return slices.BinarySearchFunc(n.missing, sequence, func(p missingPacket, s uint16) int {
		return int(int16(p.sequence - s))
	})
}

// passed removes all packets before next.
func (n *nacks) passed(next uint16) {
	i, _ := n.find(next)
	n.missing = slices.Delete(n.missing, 0, i)
}

// forget removes all packets.
func (n *nacks) forget() { n.missing = n.missing[:0] }

// next returns when due has packets to request, if at all.
func (n *nacks) next() (at time.Duration, ok bool) { return n.nextAt, len(n.missing) > 0 }

// due returns the packets to request now, and records the request. The slice is reused.
func (n *nacks) due(now time.Duration) []uint16 {
	n.scratch = n.scratch[:0]
	if len(n.missing) == 0 || now < n.nextAt {
		return nil
	}
	n.nextAt = now + n.interval()
	for i := range n.missing {
		p := &n.missing[i]
		if p.dueAt <= now+nackTogether {
			n.scratch = append(n.scratch, p.sequence)
			p.asked++
			p.dueAt = now + n.until(p.asked)
		}
		n.nextAt = min(n.nextAt, p.dueAt)
	}
	return n.scratch
}

// interval returns the time between two requests for one packet. If the round trip is shorter than ServerDeaf, the
// server does not answer two requests within ServerDeaf, but more frequent requests notice its end sooner.
func (n *nacks) interval() time.Duration {
	if t := n.trip(); n.isLong() {
		return t + t/8
	}
	return max(n.trip()/4, nackLeast)
}

// isLong reports whether the round trip is so long that the server no longer ignores a request after a lost answer.
func (n *nacks) isLong() bool { return n.trip() >= ServerDeaf }

// until returns how long after the nth request for a packet, counted from 1, the next one is due. On a long round trip
// each request is sent twice, because a lost request would cost a round trip. The server ignores the second one if it
// has received the first.
func (n *nacks) until(asked int) time.Duration {
	switch {
	case !n.isLong():
		return n.interval()
	case asked%2 == 1:
		return nackTwice
	}
	return n.interval() - nackTwice
}

// expected returns how long after a packet was noticed missing its nth retransmission, counted from 1, arrives.
func (n *nacks) expected(nth int) time.Duration {
	t := n.trip()
	if n.isLong() {
		return n.reordering + t + time.Duration(nth-1)*n.interval()
	}
	return n.reordering + time.Duration(nth)*(min(ServerDeaf, 2*t)+n.interval())
}

// hopeless returns how long after a packet was noticed missing it can no longer arrive, because the server has sent it
// as often as it does. How long the server ignores requests depends on its own measurement of the round trip, which
// begins with a guess and differs from ours.
func (n *nacks) hopeless() time.Duration {
	last := n.expected(ServerTries) // when the last retransmission arrives
	if n.isLong() {
		last += nackTwice
	} else {
		last = max(last, n.reordering+ServerTries*(ServerDeaf+n.interval()))
	}
	return last + max(n.trip()/2, n.interval())
}

// believes reports whether a measured round trip applies to the next packets. One that is suddenly much longer may come
// from a moment in which nothing was transmitted, and the same value is reported until the next measurement: it must
// persist to be believed.
func (n *nacks) believes(measured, now time.Duration) bool {
	if n.roundTrip == 0 || measured < n.roundTrip+doubtfulTrip {
		n.doubted = false
		return true
	}
	if !n.doubted {
		n.doubted, n.doubtedAt = true, now
	}
	return now-n.doubtedAt >= tripAge
}

func (n *nacks) trip() time.Duration {
	if n.roundTrip <= 0 {
		return assumedRoundTrip
	}
	return n.roundTrip
}
