package rtp

import (
	"encoding/binary"

	"github.com/pion/rtp"
)

// The RTP header extensions (RFC 8285) that are read. Config has their negotiated identifiers.
const (
	// VideoOrientationURI is the coordination of video orientation of 3GPP TS 26.114 section 7.4.5.
	VideoOrientationURI = "urn:3gpp:video-orientation"
	// AbsCaptureTimeURI is the absolute capture time of libwebrtc (docs/native-code/rtp-hdrext/abs-capture-time).
	AbsCaptureTimeURI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
)

// Extensions holds the header extensions of one packet.
type Extensions struct {
	// VideoOrientation is the byte of that extension, if HasVideoOrientation.
	VideoOrientation    byte
	HasVideoOrientation bool

	// CaptureNTP is the absolute capture time as an NTP timestamp, 0 if the packet has none. CaptureOffset is by how much
	// the clock of the capture system is ahead of the sender's, in units of NTP timestamps.
	CaptureNTP    uint64
	CaptureOffset int64
	// Source is the capture system: the first CSRC, or the SSRC if there is none.
	Source uint32
}

// readExtensions reads the extensions of a header whose identifiers are not zero. It ignores an extension of an invalid
// size.
func readExtensions(h *rtp.Header, videoOrientation, absCaptureTime uint8) (e Extensions) {
	e.Source = h.SSRC
	if len(h.CSRC) > 0 {
		e.Source = h.CSRC[0]
	}
	if videoOrientation != 0 {
		if b := h.GetExtension(videoOrientation); len(b) >= 1 {
			e.VideoOrientation, e.HasVideoOrientation = b[0], true
		}
	}
	if absCaptureTime != 0 {
		b := h.GetExtension(absCaptureTime)
		if len(b) >= 8 {
			e.CaptureNTP = binary.BigEndian.Uint64(b)
		}
		if len(b) >= 16 {
			e.CaptureOffset = int64(binary.BigEndian.Uint64(b[8:]))
		}
	}
	return e
}
