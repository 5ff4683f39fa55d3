package rtp

import "time"

const (
	// lossSlot and lossSlots are the time over which losses are counted.
	lossSlot  = 200 * time.Millisecond
	lossSlots = 3
	// heavyGaps is how many gaps there have to be in that time, and heavyShare how many packets for each of them at most,
	// for the loss to be heavy. Bad luck of 10 % makes one of ten, a link that was down a single one.
	heavyGaps  = 8
	heavyShare = 3
)

// losses tells a link on which packets get lost now and then from one that is too narrow for what is sent. It counts gaps
// and not what is missing in them. The zero value is ready.
type losses struct {
	slot   int64
	counts [lossSlots]struct{ packets, gaps int }
	toldAt time.Duration // valid if told
	told   bool
}

// observe takes a packet that came in order, behind a gap or not. It reports whether loss is heavy, at most once a second.
func (l *losses) observe(gap bool, now time.Duration) bool {
	if slot := int64(now / lossSlot); slot != l.slot {
		for s := max(l.slot+1, slot-lossSlots+1); s <= slot; s++ {
			l.counts[s%lossSlots] = struct{ packets, gaps int }{}
		}
		l.slot = slot
	}
	count := &l.counts[l.slot%lossSlots]
	count.packets++
	if !gap {
		return false
	}
	count.gaps++
	packets, gaps := 0, 0
	for _, c := range l.counts {
		packets += c.packets
		gaps += c.gaps
	}
	if gaps < heavyGaps || gaps*heavyShare < packets || l.told && now-l.toldAt < time.Second {
		return false
	}
	l.told, l.toldAt = true, now
	return true
}
