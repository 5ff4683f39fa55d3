package subscriber

import (
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// In a room with sync_streams, the server puts picture and sound of a participant into one stream of its offer.
func TestPictureAndSoundOfOneStream(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		api := lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)
		_, err := api.CreateRoom(roomtest.Patient(t), &livekit.CreateRoomRequest{Name: t.Name(), SyncStreams: true})
		roomtest.Must(t, err)
		alice := roomtest.NewPublisher(t, server, "alice")
		picture, sound := alice.Publish(livekit.TrackSource_CAMERA, ""), alice.PublishOpus()
		r := mustJoin(t, config(t, server))
		of := ""
		await(t, r, "both publications", func() bool {
			participant, _ := r.Publication(picture)
			_, info := r.Publication(sound)
			of = participant.GetSid()
			return participant != nil && info != nil
		})
		for sid, isAudio := range map[string]bool{picture: false, sound: true} {
			roomtest.Must(t, r.Subscribe(of, sid, true))
			await(t, r, "the first packet", func() bool { return r.Track(sid) != nil })
			if track := r.Track(sid); track.ParticipantSID != of || track.IsAudio() != isAudio {
				t.Errorf("track %s of %q is sound: %v", sid, track.ParticipantSID, track.IsAudio())
			}
		}
		if offer := r.current().peer.pc.RemoteDescription().SDP; streamOf(offer, picture) == "" || streamOf(offer, picture) != streamOf(offer, sound) {
			t.Errorf("not in one stream:\n%s", offer)
		}
	})
}

// streamOf returns the stream that a track is in (RFC 8830).
func streamOf(sdp, sid string) string {
	for line := range strings.Lines(sdp) {
		stream, track, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "a=msid:"), " ")
		if strings.HasPrefix(line, "a=msid:") && track == sid {
			return stream
		}
	}
	return ""
}
