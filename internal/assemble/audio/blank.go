package audio

import (
	"bytes"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// When a track is muted, and at the end of a subscription, a LiveKit server sends silence of its own, for a second and
// for 0.2 s (OpusSilenceFrame and its neighbours in livekit-server pkg/sfu/downtrack.go). Its timestamps follow the
// server's clock. Each packet has the marker bit, and may end with the server's trailer for injected frames, which is
// random bytes. As RED it has no redundant block.
//
// An encoder with a constant bitrate of 32 kbit/s makes the same Opus packets of digital silence, but only the first one
// after a pause has the marker bit.
var (
	blankOpus = append([]byte{0xf8, 0xff, 0xfe}, make([]byte, 77)...)
	blankPCMU = bytes.Repeat([]byte{0xff}, 160)
	blankPCMA = bytes.Repeat([]byte{0xd5}, 160)
)

// isBlank reports whether the server made a packet.
func (a *assembly) isBlank(p *rtp.Packet) bool {
	payload := p.Payload
	if !p.Marker || len(payload) == 0 {
		return false
	}
	if a.isRedundant(p) {
		if payload[0]&moreBlocks != 0 {
			return false
		}
		payload = payload[1:]
	}
	switch a.config.Codec {
	case caps.Opus:
		return bytes.HasPrefix(payload, blankOpus)
	case caps.PCMU:
		return bytes.HasPrefix(payload, blankPCMU)
	default:
		return bytes.HasPrefix(payload, blankPCMA)
	}
}
