package rtp

import (
	"sync/atomic"
	"time"
)

// Stats counts the packets of a [Receiver] since it was made. All but Jitter only ever grow.
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

	PacketRequests uint64 // packets that Config.RequestPackets was called for, each time it was

	Jitter time.Duration // interarrival jitter (RFC 3550 section 6.4.1)
}

// Add adds what came after s; the Jitter is that of o.
func (s *Stats) Add(o Stats) {
	s.Packets += o.Packets
	s.Bytes += o.Bytes
	s.Malformed += o.Malformed
	s.Padding += o.Padding
	s.Duplicates += o.Duplicates
	s.Reordered += o.Reordered
	s.Recovered += o.Recovered
	s.Late += o.Late
	s.Lost += o.Lost
	s.PacketRequests += o.PacketRequests
	s.Jitter = o.Jitter
}

// counters are Stats for one goroutine that counts and any that read.
type counters struct {
	packets, bytes, malformed, padding, duplicates atomic.Uint64
	reordered, recovered, late, lost, requests     atomic.Uint64
	jitter                                         atomic.Int64
}

func (c *counters) stats() Stats {
	return Stats{
		Packets:        c.packets.Load(),
		Bytes:          c.bytes.Load(),
		Malformed:      c.malformed.Load(),
		Padding:        c.padding.Load(),
		Duplicates:     c.duplicates.Load(),
		Reordered:      c.reordered.Load(),
		Recovered:      c.recovered.Load(),
		Late:           c.late.Load(),
		Lost:           c.lost.Load(),
		PacketRequests: c.requests.Load(),
		Jitter:         time.Duration(c.jitter.Load()),
	}
}
