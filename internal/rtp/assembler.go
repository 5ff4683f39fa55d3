package rtp

import "time"

// Assembler makes frames from the packets of one track in one codec. A [Receiver] calls its methods on one goroutine.
// Times are relative to the Receiver's Epoch.
type Assembler interface {
	// Reset clears all state. It is called when a run begins.
	Reset(now time.Duration)
	// Begin is called with the first packet of a sequence, which is passed to Take afterwards. It reports whether frames
	// can be made from this packet on without any earlier packet. If not, the packet may have overtaken one that it
	// needs.
	Begin(p *Packet) bool
	// Take takes the next packet in sequence, which has a payload. It must not keep the packet.
	Take(p *Packet, now time.Duration) error
	// Flush delivers held-back frames. over says that no further packets follow.
	Flush(over bool) error
	// Restart says that the sequence ends here. Begin is called for the next one.
	Restart()

	// Missed says that packets are missing. It reports whether the sender will certainly not send them again.
	Missed() (unheard bool)
	// Ahead is called with a packet behind a gap, which is passed to Take later. same says that the packet belongs to the
	// same frame as the last entry. entry reports whether frames can be made from this packet on without any earlier
	// packet, and heard whether the packet shows that the sender retransmits.
	Ahead(p *Packet, same bool, now time.Duration) (entry, heard bool)
	// Needs says which of the packets are needed that are missing before this one, which is the first behind them. It must
	// not keep the packet.
	Needs(next *Packet) Need
	// IsEntry returns what Ahead calls entry, for the packet that Needs was called with.
	IsEntry(next *Packet) bool
	// GaveUp says that the packets before the next one will not arrive. lost is false for packets that may have been sent
	// before the first packet of the sequence.
	GaveUp(lost bool)

	// Shown returns the presentation time of the last delivered frame, or false if no frame can be shown.
	Shown() (at time.Duration, ok bool)
	// Measured is called with a new measurement of the round-trip time.
	Measured(trip time.Duration)
	// HeavyLoss says that too many packets are lost for it to be chance: the sender has to send less.
	HeavyLoss(now time.Duration)

	// Woken is called after Receiver.Wake.
	Woken()
	// Deadline returns when Tick or Ask has to be called next, if at all.
	Deadline() (at time.Duration, ok bool)
	// Tick does what is due at this time. over says that no packet is waiting behind a gap.
	Tick(now time.Duration, over bool) error
	// Ask sends the requests that are due. It is called after Tick and after packets were given up.
	Ask(now time.Duration)
}

// Need says which missing packets an [Assembler] needs.
type Need int

const (
	// NeedAll: all packets are needed.
	NeedAll Need = iota
	// NeedEntry: nothing can be used before the next packet that needs no earlier one.
	NeedEntry
	// NeedNone: the packets are not needed, because they carried no frame, or because the next packet carries theirs, too.
	NeedNone
)
