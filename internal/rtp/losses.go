package rtp

import "time"

const (
	// lossSlot and lossSlots define the time over which losses are counted.
	lossSlot  = 200 * time.Millisecond
	lossSlots = 3
	// Loss is heavy if there are at least heavyGaps gaps in that time, and at most heavyShare packets for each gap.
	// Random loss of 10 % causes one gap in ten packets, and a link that was down causes a single gap.
	heavyGaps  = 8
	heavyShare = 3
)

// losses distinguishes a link that loses packets now and then from one with too little bandwidth for the stream. It
// counts gaps and not the missing packets. The zero value is ready for use.
type losses struct {
	slot   int64
	counts [lossSlots]struct{ packets, gaps int }
	toldAt time.Duration // valid if told
	told   bool
}

// observe gets a packet in sequence; gap says whether it follows a gap. It reports whether loss is heavy, at most once
// a second.
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
