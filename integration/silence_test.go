package integration

import (
	"regexp"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestTrackWithoutAPicture takes the ten seconds after which the element says that none comes. The tracks beside it, of
// which none is expected, are waited for as long.
func TestTrackWithoutAPicture(t *testing.T) {
	t.Parallel()
	muted := rig.Publish(t, testpublisher.Config{Identity: "muted"})
	shown := launch.Start(t, "-v livekitsrc participant=muted room="+rig.Room(t)+read)
	shown.Frames(5)
	if err := muted.SetMuted(true); err != nil {
		t.Fatal(err)
	}
	paused := launch.Start(t, "-v livekitsrc participant=publisher quality=off room="+rig.Room(t)+read)
	publisher := rig.Publish(t, testpublisher.Config{Rewrite: rig.NoKeyFrames})
	l := launch.Start(t, "-v livekitsrc participant=publisher room="+rig.Room(t)+read)
	warning := l.Line(`^WARNING: from element /GstPipeline:pipeline0/GstLivekitSrc:livekitsrc0: (no picture .*)$`)[1]
	want := regexp.MustCompile(`^no picture for 10(\.\d)?s from track ` + publisher.TrackSID() +
		` \(VP8\) of "publisher": only padding comes from the server: `)
	if !want.MatchString(warning) {
		t.Errorf("warns %q, want %q", warning, want)
	}
	for name, l := range map[string]*launch.Launch{"a muted track": shown, "a track that nobody wants": paused} {
		if strings.Contains(l.Output(), "no picture") {
			t.Errorf("warns of %s:\n%s", name, l.Output())
		}
	}
}
