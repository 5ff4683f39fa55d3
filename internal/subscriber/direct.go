package subscriber

import (
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// direct takes RTP off a socket, decrypts it, and hands it to its stream, all on the goroutine that reads the socket. Without it
// a packet goes from there to pion's multiplexer and from that to pion's SRTP, with a goroutine, a queue and two copies
// each. Everything else that comes, and RTP that comes in another way (TCP, TURN), goes to pion, to the same streams.
type direct struct {
	context atomic.Pointer[decryption]
	streams *streams
}

// decryption is the state of SRTP. It belongs to the goroutine of one socket at a time.
type decryption struct {
	busy    atomic.Bool
	remote  *srtp.Context
	header  rtp.Header
	shown   map[uint32]uint16 // by SSRC, the sequence number that pion was last shown
	dropped atomic.Uint64     // packets that could not be decrypted, or had been here
	packets atomic.Uint64
	bytes   atomic.Uint64
}

// showEach is after how many packets of an SSRC pion is shown one. Its SRTP has to know how often the sequence number has
// wrapped around, should the path change to one that we do not see. It notices up to half of a round.
const showEach = 1 << 13

// begin has RTP taken from now on.
func (d *direct) begin(remote *srtp.Context) {
	d.context.Store(&decryption{remote: remote, shown: make(map[uint32]uint16)})
}

// take takes a packet. It reports false for one that pion has to see, and may then have taken it all the same.
func (d *direct) take(packet, scratch []byte) bool {
	s := d.context.Load()
	if s == nil || !isRTP(packet) || !s.busy.CompareAndSwap(false, true) {
		return false
	}
	defer s.busy.Store(false)
	if _, err := s.header.Unmarshal(packet); err != nil {
		return true
	}
	ssrc, sequence := s.header.SSRC, s.header.SequenceNumber
	last, known := s.shown[ssrc]
	show := !known || sequence-last >= showEach && sequence-last < 1<<15
	decrypted, err := s.remote.DecryptRTP(scratch, packet, &s.header)
	if err != nil {
		// Of what came in another way meanwhile, pion knows how often the sequence number has wrapped around, and we do not.
		if d.streams.cameElsewhere(ssrc) {
			return false
		}
		s.dropped.Add(1)
		return true
	}
	s.packets.Add(1)
	s.bytes.Add(uint64(len(packet)))
	if show {
		if !known && len(s.shown) >= maxStreams {
			clear(s.shown)
		}
		s.shown[ssrc] = sequence
	}
	d.streams.get(ssrc).writeDirect(decrypted)
	return !show
}

// isRTP reports whether a packet is RTP, or SRTP (RFC 7983, RFC 5761).
func isRTP(packet []byte) bool {
	const firstRTCP, lastRTCP = 192, 223
	return len(packet) > 12 && packet[0]>>6 == 2 && (packet[1] < firstRTCP || packet[1] > lastRTCP)
}
