package rtp

import (
	"errors"
	"time"

	"github.com/pion/rtp"
)

// maxPacketSize is what one packet can hold. WebRTC senders stay below 1200 to 1500 bytes, and pion receives at most
// 1460 unless it is told otherwise.
const maxPacketSize = 2048

var (
	errVersion = errors.New("rtp version is not 2")
	errPadding = errors.New("rtp padding longer than packet")
)

// Packet is one received RTP packet. Its memory is used again.
type Packet struct {
	Payload     []byte        // without padding; empty if the packet carries nothing but padding
	Arrival     time.Duration // counted as an [Assembler]'s times are
	Extensions  Extensions
	Timestamp   uint32
	SSRC        uint32
	Sequence    uint16
	PayloadType uint8
	Marker      bool

	buf [maxPacketSize]byte // Payload is in it
}

// parse reads the n bytes in p.buf (RFC 3550 section 5.1). h is scratch memory.
func (p *Packet) parse(h *rtp.Header, n int, arrival time.Duration) error {
	offset, err := h.Unmarshal(p.buf[:n])
	if err != nil {
		return err
	}
	if h.Version != 2 {
		return errVersion
	}
	payload := p.buf[offset:n]
	if h.Padding {
		// A count of zero or past the payload is not allowed, and nothing in such a packet can be trusted.
		if len(payload) == 0 {
			return errPadding
		}
		count := int(payload[len(payload)-1])
		if count == 0 || count > len(payload) {
			return errPadding
		}
		payload = payload[:len(payload)-count]
		if isFill(payload) {
			payload = payload[:0]
		}
	}
	p.Payload = payload
	p.Arrival = arrival
	p.Timestamp = h.Timestamp
	p.SSRC = h.SSRC
	p.Sequence = h.SequenceNumber
	p.PayloadType = h.PayloadType
	p.Marker = h.Marker
	return nil
}

// isFill reports whether a payload is itself padding: zeros, and in the last byte zero or their count. LiveKit's server
// builds its padding as such a payload of 255 bytes, and pion's sender adds the padding that the header announces
// behind it. No codec has a payload of this form: it is NAL unit type 0 in H.264, the forbidden temporal ID 0 in H.265,
// in VP8 and VP9 the continuation of a frame with no data in it, and OBU elements of no length in AV1.
func isFill(payload []byte) bool {
	last := len(payload) - 1
	for i, b := range payload {
		if b != 0 && (i != last || int(b) != len(payload)) {
			return false
		}
	}
	return true
}
