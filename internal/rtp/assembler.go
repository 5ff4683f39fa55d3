package rtp

import "time"

// Assembler makes frames of the packets of one track, in one codec. A [Receiver] calls its methods, on one goroutine. Times
// are counted from the Receiver's Epoch.
type Assembler interface {
	// Reset forgets everything: a run begins.
	Reset(now time.Duration)
	// Begin is called with the first packet of a sequence, which comes again with Take. It reports whether all from this
	// packet on is of use, whatever came before. Otherwise the packet may have overtaken what it needs.
	Begin(p *Packet) bool
	// Take takes the next packet in sequence, which has a payload. It must not keep it.
	Take(p *Packet, now time.Duration) error
	// Flush delivers what is held back. Over says that nothing follows it; otherwise something does.
	Flush(over bool) error
	// Restart says that the sequence ends here and that another one begins, with Begin.
	Restart()

	// Missed says that packets have been passed over. It reports whether the sender is not going to send any of them again.
	Missed() (unheard bool)
	// Ahead is shown a packet behind a gap, which comes again with Take. Same says that it is of one frame with the last
	// packet that was an entry. Entry reports whether all from this packet on is of use, whatever came before, and heard
	// whether it shows that the sender sends packets again.
	Ahead(p *Packet, same bool, now time.Duration) (entry, heard bool)
	// Needs says what is needed of the packets that are missing in front of one with a payload.
	Needs(next []byte) Need
	// IsEntry reports what Ahead calls entry, of the packet that Needs was called with.
	IsEntry(next []byte) bool
	// GaveUp says that the packets before the next one do not come any more. Lost is false for those that may have been sent
	// before the first packet of a sequence.
	GaveUp(lost bool)

	// Shown returns when the last frame is shown that was delivered, or false while none can be.
	Shown() (at time.Duration, ok bool)
	// Measured says that the round trip has been measured.
	Measured(trip time.Duration)
	// HeavyLoss says that so much gets lost that it cannot be bad luck: the sender has to send less.
	HeavyLoss(now time.Duration)

	// Woken is called after Receiver.Wake.
	Woken()
	// Deadline returns when Tick or Ask has something to do next, if at all.
	Deadline() (at time.Duration, ok bool)
	// Tick does what is due by time alone. Over says that no packet waits behind a gap.
	Tick(now time.Duration, over bool) error
	// Ask asks the sender for what is due, after Tick and after packets have been given up.
	Ask(now time.Duration)
}

// Need says what an [Assembler] needs of packets that are missing.
type Need int

const (
	// NeedAll needs them.
	NeedAll Need = iota
	// NeedEntry has no use for anything until a packet from which on all is of use.
	NeedEntry
	// NeedNone needs none of them: they carried no frame.
	NeedNone
)
