package subscriber

import (
	"strconv"
	"strings"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// What a Track says in pion's terms is of use for tracks, too, that an application has received by itself.

// ExtensionID returns the identifier that was negotiated for the RTP header extension uri (RFC 8285).
func ExtensionID(extensions []webrtc.RTPHeaderExtensionParameter, uri string) (id uint8, ok bool) {
	for _, e := range extensions {
		if e.URI == uri {
			return uint8(e.ID), true
		}
	}
	return 0, false
}

// Nack asks for packets of a stream that are missing (generic NACK, RFC 4585 section 6.2.1).
func Nack(ssrc uint32, sequences []uint16) *rtcp.TransportLayerNack {
	return &rtcp.TransportLayerNack{SenderSSRC: ssrc, MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(sequences)}
}

// RoundTrip returns how long the last check of the path took there and back (RFC 8445), 0 if that is not known.
func RoundTrip(path *webrtc.ICETransport) time.Duration {
	stats, ok := path.GetSelectedCandidatePairStats()
	if !ok {
		return 0
	}
	return time.Duration(stats.CurrentRoundTripTime * float64(time.Second))
}

// MimeTypeRED is that of packets that have the packets before them, too (RFC 2198).
const MimeTypeRED = "audio/red"

// Primary returns the codec in the packets of a codec: for redundant ones it is among all that were negotiated, and otherwise the
// codec itself.
func Primary(codec webrtc.RTPCodecParameters, all []webrtc.RTPCodecParameters) webrtc.RTPCodecParameters {
	inside, is := primaryType(codec)
	if !is {
		return codec
	}
	for _, c := range all {
		if c.PayloadType == inside && !strings.EqualFold(c.MimeType, MimeTypeRED) {
			return c
		}
	}
	// LiveKit has no other one.
	return webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, PayloadType: inside,
	}
}

// PrimaryMimeType returns the codec in the packets of a codec, by their MIME types.
func PrimaryMimeType(mimeType string) string {
	if strings.EqualFold(mimeType, MimeTypeRED) {
		return webrtc.MimeTypeOpus
	}
	return mimeType
}

// Redundancy returns the payload type of the packets in which a codec is redundant, if that was negotiated.
func Redundancy(codec webrtc.RTPCodecParameters, all []webrtc.RTPCodecParameters) (payloadType uint8, ok bool) {
	for _, c := range all {
		if inside, is := primaryType(c); is && inside == codec.PayloadType {
			return uint8(c.PayloadType), true
		}
	}
	return 0, false
}

// primaryType returns the payload type that the packets of a codec have inside, where they are redundant.
func primaryType(codec webrtc.RTPCodecParameters) (inside webrtc.PayloadType, is bool) {
	if !strings.EqualFold(codec.MimeType, MimeTypeRED) {
		return 0, false
	}
	first, _, _ := strings.Cut(codec.SDPFmtpLine, "/")
	n, err := strconv.ParseUint(strings.TrimSpace(first), 10, 7)
	return webrtc.PayloadType(n), err == nil
}
