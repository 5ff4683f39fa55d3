package hostile

import (
	"bytes"

	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Packet is an RTP packet as far as a sender makes it up.
type Packet struct {
	Payload []byte
	Marker  bool
	// Skip is how many sequence numbers are left out in front of it, and Jump what is added to the RTP time, from here on.
	Skip uint16
	Jump uint32
}

// Packetizer makes packets of anything. Nothing that it is given is wrong enough to be left out.
type Packetizer struct {
	Codec caps.Codec
	Size  int // of a payload, at most
	id    uint16
}

// Frame makes the packets of one frame: as they should be, if it is a good one.
func (p *Packetizer) Frame(frame []byte, key bool) (packets []Packet) {
	p.id++
	var payloads [][]byte
	switch p.Codec {
	case caps.H264, caps.H265:
		for _, nal := range bytes.Split(frame, []byte("\x00\x00\x01")) {
			payloads = append(payloads, p.nal(bytes.TrimRight(nal, "\x00"))...)
		}
	case caps.AV1:
		payloads = (&codecs.AV1Payloader{}).Payload(uint16(p.Size), frame)
	default: // pieces, with descriptors for VP8 and VP9
	}
	if len(payloads) == 0 {
		payloads = p.pieces(frame, key)
	}
	for _, payload := range payloads {
		packets = append(packets, Packet{Payload: payload})
	}
	packets[len(packets)-1].Marker = true
	return packets
}

func (p *Packetizer) pieces(frame []byte, key bool) (payloads [][]byte) {
	for first := true; first || len(frame) > 0; first = false {
		n := min(len(frame), p.Size-8)
		payloads = append(payloads, append(p.descriptor(first, n == len(frame), key), frame[:n]...))
		frame = frame[n:]
	}
	return payloads
}

// descriptor is what stands in front of a piece of a frame.
func (p *Packetizer) descriptor(first, last, key bool) []byte {
	switch id := []byte{0x80 | byte(p.id>>8), byte(p.id)}; p.Codec {
	case caps.VP8: // RFC 7741 section 4.2
		d := byte(0x80)
		if first {
			d |= 0x10
		}
		return append([]byte{d, 0x80}, id...)
	case caps.VP9: // RFC 9628 section 4.2
		d := byte(0x80)
		if !key {
			d |= 0x40
		}
		if first {
			d |= 0x08
		}
		if last {
			d |= 0x04
		}
		return append([]byte{d}, id...)
	case caps.AV1: // one OBU that goes on
		d := byte(0x10)
		if !first {
			d |= 0x80
		} else if key {
			d |= 0x08
		}
		if !last {
			d |= 0x40
		}
		return []byte{d}
	default:
		return nil
	}
}

// nal makes a single NAL unit packet, or fragments.
func (p *Packetizer) nal(nal []byte) (payloads [][]byte) {
	header := 1
	if p.Codec == caps.H265 {
		header = 2
	}
	if len(nal) <= header {
		return nil
	}
	if len(nal) <= p.Size {
		return [][]byte{nal}
	}
	body := nal[header:]
	for first := true; len(body) > 0; first = false {
		n := min(len(body), p.Size-header-1)
		payloads = append(payloads, append(p.fragment(nal[:header], first, n == len(body)), body[:n]...))
		body = body[n:]
	}
	return payloads
}

// fragment is the header of a FU-A (RFC 6184 section 5.8) or of a fragmentation unit (RFC 7798 section 4.4.3).
func (p *Packetizer) fragment(header []byte, first, last bool) []byte {
	var bits byte
	if first {
		bits |= 0x80
	}
	if last {
		bits |= 0x40
	}
	if p.Codec == caps.H265 {
		return []byte{header[0]&0x81 | 49<<1, header[1], bits | header[0]>>1&63}
	}
	return []byte{header[0]&0xe0 | 28, bits | header[0]&31}
}

// Open makes the packets of a frame that does not end: its last NAL unit or OBU goes on, and there is no marker.
func (p *Packetizer) Open(frame []byte, key bool) []Packet {
	small := *p
	small.Size = max(64, len(frame)/20)
	packets := small.Frame(frame, key)
	p.id = small.id
	return packets[:max(1, len(packets)-1)]
}

// More makes a packet that goes on with what Open began.
func (p *Packetizer) More(data []byte) Packet {
	data = data[:min(len(data), p.Size-8)]
	switch p.Codec {
	case caps.H264:
		return Packet{Payload: append(p.fragment([]byte{0x65}, false, false), data...)} // of an IDR picture
	case caps.H265:
		return Packet{Payload: append(p.fragment([]byte{19 << 1, 1}, false, false), data...)} // of an IDR picture
	default:
		return Packet{Payload: append(p.descriptor(false, false, true), data...)}
	}
}
