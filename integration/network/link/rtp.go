package link

import "encoding/binary"

// noPayloadType is that of packets that are not RTP. It has more than seven bits.
const noPayloadType = 0xff

// payloadType returns that of an RTP packet in UDP and IPv4. SRTP leaves it in clear (RFC 3711 section 3.1), and RTCP on the same
// port has other values in its place (RFC 5761 section 4).
func payloadType(packet []byte) uint8 {
	const (
		udp, udpHeader, rtpHeader = 17, 8, 12
		rtcpFirst, rtcpLast       = 64, 95
	)
	if len(packet) == 0 || packet[0]>>4 != 4 {
		return noPayloadType
	}
	header := int(packet[0]&0xf) * 4
	if len(packet) < header+udpHeader+rtpHeader || packet[9] != udp || binary.BigEndian.Uint16(packet[6:])&0x1fff != 0 {
		return noPayloadType
	}
	rtp := packet[header+udpHeader:]
	kind := rtp[1] & 0x7f
	if rtp[0]>>6 != 2 || kind >= rtcpFirst && kind <= rtcpLast {
		return noPayloadType
	}
	return kind
}
