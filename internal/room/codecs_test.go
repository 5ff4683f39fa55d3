package room

import (
	"testing"

	"github.com/pion/webrtc/v4"
)

// Every codec of LiveKit is offered: the server refuses a subscription to what we did not offer.
func TestEveryCodecArrives(t *testing.T) {
	t.Parallel()
	for mime, frame := range map[string][]byte{
		webrtc.MimeTypeVP8:  vp8KeyFrame,
		webrtc.MimeTypeVP9:  append([]byte{0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0b, 0x36}, make([]byte, 200)...),
		webrtc.MimeTypeH264: append([]byte{0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0, 0, 0, 1, 0x68, 0xce, 0, 0, 0, 1, 0x65}, make([]byte, 200)...),
		webrtc.MimeTypeH265: append([]byte{
			0, 0, 0, 1, 0x40, 0x01, 1, 0, 0, 0, 1, 0x42, 0x01, 1, 0, 0, 0, 1, 0x44, 0x01, 1, 0, 0, 0, 1, 0x26, 0x01,
		}, make([]byte, 200)...),
		webrtc.MimeTypeAV1: append([]byte{0x12, 0x00, 0x0a, 0x0a, 0, 0, 0, 2, 0xaf, 0xff, 0x9b, 0x5f, 0x30, 0x08, 0x32, 0x50, 0x10}, make([]byte, 79)...),
	} {
		t.Run(mime, func(t *testing.T) {
			t.Parallel()
			newPublisher(t, server, "alice").publishCodec(mime, frame, camera, "")
			track := mustNext(t, mustSelect(t, mustJoin(t, config(t, server)), Criteria{}))
			if track.MimeType != mime {
				t.Errorf("got %s", track.MimeType)
			}
		})
	}
}
