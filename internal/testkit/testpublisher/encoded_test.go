package testpublisher_test

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestEncodedTellsWhenEachPictureWasMade(t *testing.T) {
	server := startServer(t)
	for _, codec := range []testpublisher.Codec{
		testpublisher.VP8, testpublisher.H264, testpublisher.VP9, testpublisher.H265,
	} {
		t.Run(string(codec), func(t *testing.T) {
			encoded := make(chan testpublisher.Encoded, 1)
			enough := t.Context().Done()
			began := time.Now()
			publish(t, server, testpublisher.Config{
				Codec: codec, Identity: "camera of " + string(codec), Pattern: testpublisher.Detailed,
				Encoded: func(e testpublisher.Encoded) {
					e.Data = append([]byte(nil), e.Data...)
					select {
					case encoded <- e:
					case <-enough:
					}
				},
			})
			last := began
			for i := range 10 {
				e := await(t, encoded, "picture")
				if i == 0 && !e.KeyFrame {
					t.Error("the first one is no key frame")
				}
				if len(e.Data) == 0 || !e.Made.After(last) || e.At.Before(e.Made) {
					t.Errorf("picture %d: %d bytes, made %v after the one before, encoded %v later", i, len(e.Data), e.Made.Sub(last), e.At.Sub(e.Made))
				}
				last = e.Made
			}
		})
	}
}
