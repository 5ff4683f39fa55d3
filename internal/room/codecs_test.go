package room

import (
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// h264KeyFrame is the beginning of one, with its parameter sets.
var h264KeyFrame = append(
	[]byte{0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0, 0, 0, 1, 0x68, 0xce, 0, 0, 0, 1, 0x65}, make([]byte, 200)...,
)

// Every codec of LiveKit is offered: the server refuses a subscription to what we did not offer.
func TestEveryCodecArrives(t *testing.T) {
	t.Parallel()
	for mime, frame := range map[string][]byte{
		webrtc.MimeTypeVP8:  roomtest.VP8KeyFrame,
		webrtc.MimeTypeVP9:  append([]byte{0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0b, 0x36}, make([]byte, 200)...),
		webrtc.MimeTypeH264: h264KeyFrame,
		webrtc.MimeTypeH265: append([]byte{
			0, 0, 0, 1, 0x40, 0x01, 1, 0, 0, 0, 1, 0x42, 0x01, 1, 0, 0, 0, 1, 0x44, 0x01, 1, 0, 0, 0, 1, 0x26, 0x01,
		}, make([]byte, 200)...),
		webrtc.MimeTypeAV1: append([]byte{0x12, 0x00, 0x0a, 0x0a, 0, 0, 0, 2, 0xaf, 0xff, 0x9b, 0x5f, 0x30, 0x08, 0x32, 0x50, 0x10}, make([]byte, 79)...),
	} {
		t.Run(mime, func(t *testing.T) {
			t.Parallel()
			roomtest.NewPublisher(t, server, "alice").PublishCodec(mime, frame, camera, "")
			track := mustNext(t, mustSelect(t, mustJoin(t, config(t, server)), Criteria{}))
			if track.MimeType != mime {
				t.Errorf("got %s", track.MimeType)
			}
		})
	}
}

// A publisher prefers a profile that the server may not have. livekit-server 1.13.6 and newer do not take baseline (42001f) any
// more: it then sends another one of its offer, and its track arrives all the same.
func TestH264ArrivesWhicheverProfileItsPublisherPrefers(t *testing.T) {
	t.Parallel()
	for _, profile := range []string{"42001f", "42e01f", "4d001f", "64001f"} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			roomtest.NewPublisher(t, server, "alice").PublishTrack(webrtc.RTPCodecCapability{
				MimeType: webrtc.MimeTypeH264, ClockRate: 90000,
				SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=" + profile,
			}, h264KeyFrame, camera, "")
			track := mustNext(t, mustSelect(t, mustJoin(t, config(t, server)), Criteria{}))
			if !strings.EqualFold(track.MimeType, webrtc.MimeTypeH264) {
				t.Errorf("got %s", track.MimeType)
			}
		})
	}
}
