package receive

import (
	"sync/atomic"
	"time"
)

// Stats counts what a [Receiver] did since it was made. All but Jitter only ever grow.
type Stats struct {
	Packets    uint64 // RTP packets read, of every kind
	Bytes      uint64 // in them, headers and padding included
	Malformed  uint64 // packets that are not RTP, or whose padding is impossible
	Padding    uint64 // packets that carried nothing but padding
	Duplicates uint64 // packets that had been here before
	Reordered  uint64 // packets that came behind one with a higher sequence number
	Recovered  uint64 // those of Reordered that came in time: out of order in the network, or sent again
	Late       uint64 // those of Reordered that came after they were given up
	Lost       uint64 // packets given up. One that comes late stays counted

	AccessUnits uint64 // delivered
	KeyFrames   uint64 // those of AccessUnits
	// KeyFramesBegun is how many key frames began to arrive, whole in the end or not.
	KeyFramesBegun uint64
	// BareKeyFrames would be key frames, had they come with the parameter sets or the sequence header that decoding needs.
	BareKeyFrames uint64
	Dropped       uint64 // access units not delivered: incomplete, or without the key frame that they build on
	BlankFrames   uint64 // frames made up by the server, left out
	// Oversized is those of Dropped whose pictures Config.AcceptSize refused.
	Oversized uint64
	// Undecryptable is those of Dropped that Config.Decryptor could not decrypt.
	Undecryptable uint64

	KeyFrameRequests uint64 // calls of Config.RequestKeyFrame
	PacketRequests   uint64 // packets that Config.RequestPackets was called for, each time it was

	Jitter time.Duration // interarrival jitter (RFC 3550 section 6.4.1)
}

// counters are Stats for one goroutine that counts and any that read.
type counters struct {
	packets, bytes, malformed, padding, duplicates atomic.Uint64
	reordered, recovered, late, lost               atomic.Uint64
	accessUnits, keyFrames, dropped, blankFrames   atomic.Uint64
	keyFrameRequests, undecryptable, nacks         atomic.Uint64
	keyFramesBegun, bareKeyFrames, oversized       atomic.Uint64
	jitter                                         atomic.Int64
}

func (c *counters) stats() Stats {
	return Stats{
		Packets:          c.packets.Load(),
		Bytes:            c.bytes.Load(),
		Malformed:        c.malformed.Load(),
		Padding:          c.padding.Load(),
		Duplicates:       c.duplicates.Load(),
		Reordered:        c.reordered.Load(),
		Recovered:        c.recovered.Load(),
		Late:             c.late.Load(),
		Lost:             c.lost.Load(),
		AccessUnits:      c.accessUnits.Load(),
		KeyFrames:        c.keyFrames.Load(),
		KeyFramesBegun:   c.keyFramesBegun.Load(),
		BareKeyFrames:    c.bareKeyFrames.Load(),
		Dropped:          c.dropped.Load(),
		BlankFrames:      c.blankFrames.Load(),
		Oversized:        c.oversized.Load(),
		Undecryptable:    c.undecryptable.Load(),
		KeyFrameRequests: c.keyFrameRequests.Load(),
		PacketRequests:   c.nacks.Load(),
		Jitter:           time.Duration(c.jitter.Load()),
	}
}
