package integration

import (
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestLatePublisher takes the ten seconds after which the element says what it waits for.
func TestLatePublisher(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{Identity: "desk"})
	l := launch.Start(t, "-v livekitsrc participant=robot room="+rig.Room(t)+read)
	warning := l.Line(`^WARNING: from element /GstPipeline:pipeline0/GstLivekitSrc:livekitsrc0: (.*)$`)[1]
	if want := `waiting for a video track of "robot"; in the room: "desk" (camera)`; warning != want {
		t.Errorf("warns %q, want %q", warning, want)
	}
	rig.Publish(t, testpublisher.Config{Identity: "robot"})
	rig.CheckFlow(t, l.Frames(20))
	if n := strings.Count(l.Output(), "WARNING"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, l.Output())
	}
}
