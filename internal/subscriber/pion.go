package subscriber

import (
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
