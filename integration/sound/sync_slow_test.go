//go:build slow

package sound

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestSoundIsInSyncAfterTheServersRestart(t *testing.T) {
	server := rig.StartServer(t, devserver.Options{})
	rig.PublishAt(t, server, testpublisher.Config{Tone: true})
	r := newRecording(t, matroska+beside, "", "m.", "m.")
	r.Launch = launch.StartWith(t, server.Environment(), r.pipeline)
	r.seconds(5)
	if err := server.Restart(rig.Patient(t)); err != nil {
		t.Fatal(err)
	}
	r.seconds(14)
	r.finish()
	checkExact(t, r, 4)
}
