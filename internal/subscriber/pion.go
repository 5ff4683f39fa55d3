package subscriber

import (
	"slices"
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

// Primary returns the codec in the packets of a codec: for redundant ones Opus, as it is among all that were negotiated, and otherwise
// the codec itself.
func Primary(codec webrtc.RTPCodecParameters, all []webrtc.RTPCodecParameters) webrtc.RTPCodecParameters {
	if !isRedundant(codec) {
		return codec
	}
	if i := slices.IndexFunc(all, isOpus); i >= 0 {
		return all[i]
	}
	return webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, PayloadType: 111,
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
	i := slices.IndexFunc(all, isRedundant)
	if i < 0 || !isOpus(codec) {
		return 0, false
	}
	return uint8(all[i].PayloadType), true
}

func isRedundant(codec webrtc.RTPCodecParameters) bool {
	return strings.EqualFold(codec.MimeType, MimeTypeRED)
}

// isOpus reports whether a codec may be in redundant packets: LiveKit makes no other one redundant.
func isOpus(codec webrtc.RTPCodecParameters) bool {
	return strings.EqualFold(codec.MimeType, webrtc.MimeTypeOpus)
}
