package malicious

import (
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

// TestCameraThatTheServerPassesNothingOnOfIsTold lets numbers and times go so far back that the server takes what comes for old.
// Nothing is said of a shared screen, which could stand still.
func TestCameraThatTheServerPassesNothingOnOfIsTold(t *testing.T) {
	t.Parallel()
	clips := newClips(t, caps.VP8)
	screen := showAndJump(t, livekit.TrackSource_SCREEN_SHARE, &clips[0])
	t.Run("Camera", func(t *testing.T) {
		camera := showAndJump(t, livekit.TrackSource_CAMERA, &clips[0])
		camera.Line(`^WARNING: .*: no picture for 1\d(\.\d)?s from track TR_\w+ \(VP8\) of "malicious": no packets come; `)
	})
	if strings.Contains(screen.Output(), "no picture") {
		t.Errorf("warns of a shared screen:\n%s", screen.Output())
	}
}

// showAndJump returns what shows the test's room, when the server passes nothing more on of a track in it.
func showAndJump(t *testing.T, source livekit.TrackSource, c *clip) *receiver {
	t.Helper()
	viewer := newReceiver(t, "viewer", "video/x-raw")
	publisher := newPublisher(t, caps.VP8)
	publisher.source = source
	publisher.publish(c)
	viewer.awaitTrack(0)
	publisher.play(c)
	viewer.Buffers(30)
	publisher.jump(1<<15+1, 1<<31+1)
	return viewer
}
