package subscriber

import (
	"net"
	"net/netip"
	"time"
)

// A frame comes as a burst of packets, a few hundred microseconds apart, and is of no use before the last of them. To read
// each as it comes means to wake for each: for a track of 2 Mbit/s that is 250 times a second, and most of what it costs. So
// after a packet that does not end a frame, what follows is given a moment to gather.
//
// DefaultGather is that moment. It is the most by which a frame can be late because of it.
const DefaultGather = time.Millisecond

// bursts is a socket of which one goroutine reads.
type bursts struct {
	*net.UDPConn
	batch  *batch
	gather time.Duration
	open   bool      // the last packet was of a frame that goes on
	waited time.Time // when it was last waited
}

func newBursts(conn *net.UDPConn, gather time.Duration) (*bursts, error) {
	batch, err := newBatch(conn)
	if err != nil {
		return nil, err
	}
	return &bursts{UDPConn: conn, batch: batch, gather: gather}, nil
}

// ReadFromAddrPort implements ice.AddrPortReaderWriter.
func (b *bursts) ReadFromAddrPort(p []byte) (int, netip.AddrPort, error) {
	if b.open && b.gather > 0 && b.batch.isEmpty() {
		if now := time.Now(); now.Sub(b.waited) > b.gather {
			time.Sleep(b.gather)
			b.waited = now.Add(b.gather)
		}
	}
	n, from, err := b.batch.next(p)
	b.open = err == nil && goesOn(p[:n])
	return n, from, err
}

// WriteToAddrPort implements ice.AddrPortReaderWriter.
func (b *bursts) WriteToAddrPort(p []byte, to netip.AddrPort) (int, error) {
	return b.WriteToUDPAddrPort(p, to)
}

// goesOn reports whether a packet is RTP without a marker, which the last packet of a video frame has (RFC 7983, RFC 5761).
func goesOn(packet []byte) bool {
	const version, marker, firstRTCP, lastRTCP = 0x80, 0x80, 192, 223
	return len(packet) > 1 && packet[0]&0xc0 == version &&
		(packet[1] < firstRTCP || packet[1] > lastRTCP) && packet[1]&marker == 0
}
