package static

import (
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestMetadataIsOnTheRawBuffer sends it with every frame in the packet trailer, and in H.264 also in an SEI message. From a
// track that announces it, the server takes it away for subscribers that do not say that they know it.
func TestMetadataIsOnTheRawBuffer(t *testing.T) {
	for name, config := range map[string]testpublisher.Config{
		"VP8":         {Codec: testpublisher.VP8},
		"H264":        {Codec: testpublisher.H264},
		"H264 in SEI": {Codec: testpublisher.H264},

		"VP8, announced":  {Codec: testpublisher.VP8, AnnounceMetadata: true},
		"H264, announced": {Codec: testpublisher.H264, AnnounceMetadata: true},
		"H265, announced": {Codec: testpublisher.H265, AnnounceMetadata: true},
	} {
		t.Run(name, func(t *testing.T) {
			timestamp, id := uint64(1_700_000_000_123_456), uint32(7)
			config.Attach = func(testpublisher.Picture) testpublisher.Attachment {
				return testpublisher.Attachment{
					Metadata:      &testpublisher.Metadata{UserTimestamp: &timestamp, FrameID: &id, UserData: []byte("arm-2")},
					MetadataInSEI: strings.HasSuffix(name, "SEI"),
				}
			}
			rig.Publish(t, config)
			p := play.Parse(t, "livekitsrc room="+rig.Room(t)+play.Sink)
			log := p.Log("sink", "sink")
			p.Play()
			metadata := log.AwaitKind("metadata").Text
			for _, field := range []string{"user-timestamp=(guint64)1700000000123456", "frame-id=(uint)7", "user-data=(GBytes)"} {
				if !strings.Contains(metadata, field) {
					t.Errorf("the metadata is %s, want %s in it", metadata, field)
				}
			}
		})
	}
}

func TestFramesWithoutMetadataHaveNoMeta(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := play.Parse(t, "livekitsrc room="+rig.Room(t)+play.Sink)
	log := p.Log("sink", "sink")
	p.Play()
	for range 10 {
		log.Await("frame", func(passed play.Passed) bool {
			if passed.Kind == "metadata" {
				t.Errorf("metadata %s", passed.Text)
			}
			return passed.Kind == "buffer"
		})
	}
}
