package rtp

import (
	"sync/atomic"
	"time"
)

// Stats counts the packets of a [Receiver] since it was made. All fields except Jitter only grow.
type Stats struct {
	Packets    uint64 // RTP packets read, of every kind
	Bytes      uint64 // bytes of these packets, headers and padding included
	Malformed  uint64 // packets that are not RTP, or whose padding is invalid
	Padding    uint64 // packets with only padding
	Duplicates uint64 // packets that had been received before
	Reordered  uint64 // packets that arrived after one with a higher sequence number
	Recovered  uint64 // reordered packets that arrived in time: reordered by the network, or retransmitted
	Late       uint64 // reordered packets that arrived after they were given up
	Lost       uint64 // packets given up, including those that arrive late

	PacketRequests uint64 // requests for a packet to Config.RequestPackets, counted per packet

	Jitter time.Duration // interarrival jitter (RFC 3550 section 6.4.1)
}

// Add adds the counts of o; the Jitter becomes that of o.
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

// counters are Stats that one goroutine writes and any goroutine may read.
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
