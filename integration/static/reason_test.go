package static

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestReasonComesBeforeTheEnd ends streams for a reason, many times: once in four, the end overtook it.
func TestReasonComesBeforeTheEnd(t *testing.T) {
	const rounds = 8
	remove := func(t *testing.T, _ *testpublisher.Publisher) {
		request := &livekit.RoomParticipantIdentity{Room: rig.Room(t), Identity: "viewer"}
		if _, err := rooms().RemoveParticipant(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	for name, row := range map[string]struct {
		properties string
		reason     gst.MessageType
		says       string
		lose       func(t *testing.T, publisher *testpublisher.Publisher)
	}{
		"Removed":          {"", gst.MessageWarning, "we were removed from the room", remove},
		"RemovedWithError": {"on-track-lost=error", gst.MessageError, "we were removed from the room", remove},
		"RemovedWithEOS":   {"on-track-lost=eos", gst.MessageWarning, "we were removed from the room", remove},
		"RoomDeleted": {"on-track-lost=error", gst.MessageError, "the room was deleted", func(t *testing.T, _ *testpublisher.Publisher) {
			if _, err := rooms().DeleteRoom(t.Context(), &livekit.DeleteRoomRequest{Room: rig.Room(t)}); err != nil {
				t.Fatal(err)
			}
		}},
		"Left":        {"on-track-lost=error", gst.MessageError, "left the room", func(t *testing.T, p *testpublisher.Publisher) { lose(t, p, leave) }},
		"Unpublished": {"on-track-lost=error", gst.MessageError, "ended", func(t *testing.T, p *testpublisher.Publisher) { lose(t, p, unpublish) }},
	} {
		for round := range rounds {
			t.Run(fmt.Sprint(name, round), func(t *testing.T) {
				t.Parallel()
				publisher := rig.Publish(t, testpublisher.Config{Width: 160, Height: 90})
				p := start(t, "identity=viewer "+row.properties)
				p.Frame()
				row.lose(t, publisher)
				first := p.Await("end", func(m play.Message) bool { return m.Type == row.reason || m.Type == gst.MessageEOS })
				if first.Type != row.reason || !strings.Contains(first.Text, row.says) {
					t.Errorf("first comes %v, want one of type %v that says %q", first, row.reason, row.says)
				}
				p.AwaitType(gst.MessageEOS)
				if reasons := p.Said(row.reason); len(reasons) != 1 {
					t.Errorf("%d reasons: %v", len(reasons), reasons)
				}
			})
		}
	}
}

func rooms() *lksdk.RoomServiceClient {
	server := rig.Server()
	return lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)
}
