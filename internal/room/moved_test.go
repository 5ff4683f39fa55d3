package room

import (
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// TestWhoIsMovedReceivesInTheOtherRoom: livekit-server moves nobody, LiveKit Cloud does. So a proxy says what that says. Media
// follows when the session begins anew, because the real server knows nothing of the move: with the token of the other room.
func TestWhoIsMovedReceivesInTheOtherRoom(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	there := mustJoin(t, config(t, server))
	mustNext(t, mustSelect(t, there, Criteria{}))

	proxy, asked := subscriptions(t)
	here := config(t, server)
	here.URL, here.Room, here.Identity = proxy.URL, t.Name()+", the first room", "moved"
	c := mustJoin(t, here)
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	tracks := make(chan *Track, 1)
	go func() {
		defer close(tracks)
		if track, err := selector.Next(patient(t)); err == nil {
			tracks <- track
		}
	}()

	token, err := server.Token(devserver.TokenOptions{Room: t.Name(), Identity: "moved", CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	us := c.sub.Participant()
	proxy.Say(t, &livekit.SignalResponse{Message: &livekit.SignalResponse_RoomMoved{RoomMoved: &livekit.RoomMovedResponse{
		Room: &livekit.Room{Name: t.Name()}, Token: token, Participant: us, OtherParticipants: there.sub.Participants(),
	}}})
	select {
	case got := <-asked:
		if got != sid {
			t.Errorf("asked for %s, want %s", got, sid)
		}
	case <-patient(t).Done():
		t.Fatal("nothing is asked for in the other room")
	}
	if c.Room() != t.Name() {
		t.Errorf("in room %q", c.Room())
	}
	c.sub.Reconnect()
	track, came := <-tracks
	if !came || track.SID != sid || track.Identity != "alice" {
		t.Fatalf("got %v", track)
	}
	roomtest.MustRead(t, track)
}
