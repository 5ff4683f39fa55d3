package sound

import (
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// In a room with sync_streams, both elements receive what the server sends as one stream.
func TestRoomThatKeepsPictureAndSoundInOneStream(t *testing.T) {
	server := rig.Server()
	_, err := lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret).CreateRoom(rig.Patient(t),
		&livekit.CreateRoomRequest{Name: rig.Room(t), SyncStreams: true})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, rtcnode.Settings{})
	r := record(t, matroska)
	r.seconds(1)
	r.finish()
}
