package integration

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestHiddenRecorderIsSeenByNobody has somebody join after the recorder whom everybody sees.
func TestHiddenRecorderIsSeenByNobody(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{})
	app := roomtest.Join(t, rig.Server())
	pipeline := "-v livekitsrc room=" + rig.Room(t) + " identity=recorder hidden=true" + read
	launch.Start(t, pipeline).Frames(3)
	launch.Start(t, "-v livekitsrc room="+rig.Room(t)+" identity=viewer"+read).Frames(3)
	app.Participant(t, "viewer")
	if app.Room.GetParticipantByIdentity("recorder") != nil {
		t.Error("the recorder is seen")
	}
}

// TestMediaComesThroughARelayAlone has servers that would let media come over TCP, too.
func TestMediaComesThroughARelayAlone(t *testing.T) {
	for name, options := range map[string]devserver.Options{
		"Relay":   {OwnRelay: true, TCPMedia: true},
		"NoRelay": {TCPMedia: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := rig.StartServer(t, options)
			rig.PublishAt(t, server, testpublisher.Config{})
			l := launch.StartWith(t, server.Environment(), "-v livekitsrc room="+rig.Room(t)+" ice-transport-policy=relay"+read)
			if options.OwnRelay {
				l.Frames(3)
				return
			}
			l.Line("ERROR: .*relay")
			if status, printed := l.End(); status == 0 {
				t.Errorf("exit status 0:\n%s", printed)
			}
		})
	}
}
