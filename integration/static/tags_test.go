package static

import (
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestTagsComeBeforeTheFirstFrame and the decoder's own are merged with them.
func TestTagsComeBeforeTheFirstFrame(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.VP9, testpublisher.H264, testpublisher.H265} {
		t.Run(string(codec), func(t *testing.T) {
			rig.Publish(t, testpublisher.Config{Codec: codec, TrackName: "front door"})
			p := play.Parse(t, "livekitsrc room="+rig.Room(t)+play.Sink)
			log := p.Log("sink", "sink")
			p.Play()
			var last play.Passed
			log.Await("frame", func(passed play.Passed) bool {
				if passed.Kind == "tag" {
					last = passed
				}
				return passed.Kind == "buffer"
			})
			for _, tag := range []string{`title=(string)"front\ door"`, "image-orientation=(string)rotate-0", "video-codec="} {
				if !strings.Contains(last.Text, tag) {
					t.Errorf("the tags before the first frame are %s, want %s among them", last.Text, tag)
				}
			}
		})
	}
}
