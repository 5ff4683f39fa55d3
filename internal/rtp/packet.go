package rtp

import (
	"errors"
	"time"

	"github.com/pion/rtp"
)

// maxPacketSize is the largest packet. WebRTC senders stay below 1200 to 1500 bytes, and pion by default receives at
// most 1460.
const maxPacketSize = 2048

var (
	errVersion = errors.New("rtp version is not 2")
	errPadding = errors.New("rtp padding longer than packet")
)

// Packet is one received RTP packet. Its memory is reused.
type Packet struct {
	Payload     []byte        // without padding; empty if the packet has only padding
	Arrival     time.Duration // relative to the Receiver's Epoch
	Extensions  Extensions
	Timestamp   uint32
	SSRC        uint32
	Sequence    uint16
	PayloadType uint8
	Marker      bool

	buf [maxPacketSize]byte // holds Payload
}

// parse parses the n bytes in p.buf (RFC 3550 section 5.1). h is scratch memory.
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
		// A padding count of zero or larger than the payload is not allowed. Nothing in such a packet can be trusted.
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

// isFill reports whether a payload is itself padding: zeros, with zero or their count in the last byte. LiveKit's
// server sends padding as such a payload of 255 bytes, and pion's sender appends the padding that the header announces.
// No codec has a payload like this: it would be NAL unit type 0 in H.264, the forbidden temporal ID 0 in H.265, the
// continuation of a frame without data in VP8 and VP9, and empty OBU elements in AV1.
func isFill(payload []byte) bool {
	last := len(payload) - 1
	for i, b := range payload {
		if b != 0 && (i != last || int(b) != len(payload)) {
			return false
		}
	}
	return true
}
