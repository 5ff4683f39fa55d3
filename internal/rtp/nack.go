package rtp

import (
	"slices"
	"time"
)

const (
	// maxMissing bounds the packets that are asked for again at one time. When more are missing in a row, the link was down:
	// a key frame brings the picture back sooner than so many packets do.
	maxMissing = 512

	// nackLeast is the least time between two requests for one packet.
	nackLeast = 10 * time.Millisecond
	// nackTogether is how much earlier than due a packet is asked for in order to go into one request with another.
	nackTogether = 4 * time.Millisecond

	// nackTwice is the time between two requests that are meant as one. It is less than ServerDeaf.
	nackTwice = 30 * time.Millisecond

	// ServerDeaf is for how long LiveKit's server ignores a request for a packet that it has just sent: 100 ms, or two
	// round trips if that is less (sequencer.go of livekit-server). It says nothing of that, so that on a shorter round trip
	// the first requests go unheard, and more often than after each round trip has to be asked.
	ServerDeaf = 100 * time.Millisecond
	// ServerTries is how often it sends a packet again.
	ServerTries = 3

	// assumedRoundTrip is taken while the round trip is not known.
	assumedRoundTrip = 50 * time.Millisecond

	// doubtfulTrip is by how much a round trip has to grow at once to be doubted, and tripAge how old one may be that is told:
	// the path is checked every 2 s.
	doubtfulTrip = 400 * time.Millisecond
	tripAge      = 2500 * time.Millisecond

	// maxReordering bounds how long a packet is taken for one that is only late.
	maxReordering = 50 * time.Millisecond
)

// nacks are the packets that are missing, and when to ask for each of them again (generic NACK, RFC 4585 section 6.2.1).
// Whoever gives a packet up says so here. The zero value is ready.
type nacks struct {
	missing   []missingPacket // by rising sequence number
	scratch   []uint16
	nextAt    time.Duration // when the first request is due; valid if there is one missing
	roundTrip time.Duration // to the sender and back; 0 is unknown
	doubtedAt time.Duration // when one was measured that is much longer; valid if doubted
	doubted   bool

	// reordering is how late packets come that overtook each other: none of them is asked for before.
	reordering time.Duration
}

// missingPacket is one whose number was passed over.
type missingPacket struct {
	sequence uint16
	noticed  time.Duration
	dueAt    time.Duration // of the next request
	asked    int           // how often it was asked for
}

// gap says that the packets from first up to the one before end are missing.
func (n *nacks) gap(first, end uint16, now time.Duration) {
	at := now + n.reordering
	if len(n.missing) == 0 || at < n.nextAt {
		n.nextAt = at
	}
	for s := first; s != end && len(n.missing) < maxMissing; s++ {
		n.missing = append(n.missing, missingPacket{sequence: s, noticed: now, dueAt: at})
	}
}

// arrived says that a packet has come. If it was missing, it returns for how long, and whether it was sent again.
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

// passed says that nothing before next is wanted any more.
func (n *nacks) passed(next uint16) {
	i, _ := n.find(next)
	n.missing = slices.Delete(n.missing, 0, i)
}

// forget gives up everything.
func (n *nacks) forget() { n.missing = n.missing[:0] }

// next returns when due gives something, if at all.
func (n *nacks) next() (at time.Duration, ok bool) { return n.nextAt, len(n.missing) > 0 }

// due returns the packets to ask for now, and notes them as asked for. The memory is used again.
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

// interval is the time between two requests for one packet. Up to ServerDeaf of round trip the server does not answer two
// of them within one, and asking more often finds the end of its deafness sooner.
func (n *nacks) interval() time.Duration {
	if t := n.trip(); n.isLong() {
		return t + t/8
	}
	return max(n.trip()/4, nackLeast)
}

// isLong reports whether a request gets to the server when it is not deaf any more.
func (n *nacks) isLong() bool { return n.trip() >= ServerDeaf }

// until is how long after the nth request for a packet, from 1 on, the next one is due. On a long way each is sent twice, the
// second one while the server is deaf if it has heard the first: one that got lost would cost a round trip.
func (n *nacks) until(asked int) time.Duration {
	switch {
	case !n.isLong():
		return n.interval()
	case asked%2 == 1:
		return nackTwice
	}
	return n.interval() - nackTwice
}

// expected is how long after it was noticed a missing packet has come that was sent again for the nth time, from 1 on.
func (n *nacks) expected(nth int) time.Duration {
	t := n.trip()
	if n.isLong() {
		return n.reordering + t + time.Duration(nth-1)*n.interval()
	}
	return n.reordering + time.Duration(nth)*(min(ServerDeaf, 2*t)+n.interval())
}

// hopeless is how long after it was noticed a missing packet cannot come any more: the server has sent it as often as it
// does. How long that is deaf depends on the round trip as the server knows it, which is not ours: it begins with a guess.
func (n *nacks) hopeless() time.Duration {
	last := n.expected(ServerTries) // when it comes that is sent for the last time
	if n.isLong() {
		last += nackTwice
	} else {
		last = max(last, n.reordering+ServerTries*(ServerDeaf+n.interval()))
	}
	return last + max(n.trip()/2, n.interval())
}

// believes reports whether a round trip that was measured is that of the next packets. One that is much longer than before
// may be from a moment in which nothing moved, and the same is told until the next one is measured: it has to last.
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
