package receive

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtp"
)

// The RTP header extensions (RFC 8285) that a Receiver reads. The identifiers that were negotiated for them go into
// Config.
const (
	// VideoOrientationURI is the coordination of video orientation of 3GPP TS 26.114 section 7.4.5.
	VideoOrientationURI = "urn:3gpp:video-orientation"
	// AbsCaptureTimeURI is the absolute capture time of libwebrtc (docs/native-code/rtp-hdrext/abs-capture-time).
	AbsCaptureTimeURI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
)

// extensions is what the header of one packet says besides the fields of every header.
type extensions struct {
	rotation Rotation  // Known if the packet has a video orientation
	captured time.Time // zero if the packet has no absolute capture time
	source   uint32    // the capture system: the first CSRC, or the SSRC if there is none
}

// readExtensions reads the extensions of a header whose identifiers are not zero. One of an impossible size is taken as
// absent.
func readExtensions(h *rtp.Header, videoOrientation, absCaptureTime uint8) (e extensions) {
	e.source = h.SSRC
	if len(h.CSRC) > 0 {
		e.source = h.CSRC[0]
	}
	if videoOrientation != 0 {
		if b := h.GetExtension(videoOrientation); len(b) >= 1 {
			e.rotation = rotationOfCVO(b[0])
		}
	}
	if absCaptureTime != 0 {
		b := h.GetExtension(absCaptureTime)
		if len(b) >= 8 {
			e.captured = ntpTime(binary.BigEndian.Uint64(b))
		}
		if len(b) >= 16 && !e.captured.IsZero() {
			// The capture system's clock is ahead of the sender's by this much.
			e.captured = e.captured.Add(-ntpDuration(int64(binary.BigEndian.Uint64(b[8:]))))
		}
	}
	return e
}
