package video

import "bytes"

// At the end of a subscription, a LiveKit server sends black key frames of its own, to flush the decoder of a browser
// (VP8KeyFrame8x8 and H264KeyFrame2x2 in livekit-server pkg/sfu/downtrack.go). It sends about six, each in one packet
// with the marker bit; if a frame was incomplete, the first has its timestamp. The server's trailer for injected
// frames, which is random bytes, follows.
//
// All of their bytes are compared, so no frame of a publisher is mistaken for one, whatever its size.
var (
	blankVP8 = []byte{
		0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x08, 0x00, 0x08, 0x00, 0x00, 0x47, 0x08, 0x85, 0x85, 0x88,
		0x85, 0x84, 0x88, 0x02, 0x02, 0x00, 0x0c, 0x0d, 0x60, 0x00, 0xfe, 0xff, 0xab, 0x50, 0x80,
	}
	// blankH264 is a STAP-A (RFC 6184 section 5.7.1) of SPS, PPS and IDR slice.
	blankH264 = []byte{
		0x18,
		0x00, 0x18, 0x67, 0x42, 0xc0, 0x1f, 0x0f, 0xd9, 0x1f, 0x88, 0x88, 0x84, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00,
		0x00, 0x03, 0x00, 0xc8, 0x3c, 0x60, 0xc9, 0x20,
		0x00, 0x06, 0x68, 0x87, 0xcb, 0x83, 0xcb, 0x20,
		0x00, 0x0a, 0x65, 0x88, 0x84, 0x0a, 0xf2, 0x62, 0x80, 0x00, 0xa7, 0xbe,
	}
)

// isBlankVP8 reports whether a VP8 payload, without its descriptor, is a blank frame.
func isBlankVP8(frame []byte) bool {
	return bytes.HasPrefix(frame, blankVP8)
}

// isBlankH264 reports whether an H.264 payload is a blank frame. The bytes after the three NAL units are no NAL unit,
// so the whole payload is not a valid STAP-A.
func isBlankH264(payload []byte) bool {
	return bytes.HasPrefix(payload, blankH264)
}
