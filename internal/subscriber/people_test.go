package subscriber

import (
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestDataIsHandedOn(t *testing.T) {
	t.Parallel()
	got := make(chan *livekit.DataPacket, 1)
	c := config(t, server)
	c.OnData = func(packet *livekit.DataPacket) {
		select {
		case got <- packet:
		default: // one is enough
		}
	}
	mustJoin(t, c)
	defer greet(t)()
	select {
	case packet := <-got:
		if user := packet.GetUser(); string(user.GetPayload()) != "hello" || user.GetTopic() != "greetings" ||
			packet.GetParticipantIdentity() != "alice" {
			t.Errorf("got %v", packet)
		}
	case <-roomtest.Patient(t).Done():
		t.Fatal("nothing comes")
	}
}

// greet has alice say hello in the test's own room, again and again, until the function that it returns is called.
func greet(t *testing.T) (stop func()) {
	t.Helper()
	token, err := server.Token(devserver.TokenOptions{Room: t.Name(), Identity: "alice", CanPublish: true, CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	alice := lksdk.NewRoom(nil)
	if err := alice.JoinWithContextAndToken(roomtest.Patient(t), server.URL(), token); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { roomtest.Leave(alice) })
	ended, enough := make(chan struct{}), make(chan struct{})
	go func() { // a channel is open a moment after the connection is there, and what comes before is lost
		defer close(ended)
		for {
			select {
			case <-enough:
				return
			default:
			}
			if err := alice.LocalParticipant.PublishDataPacket(
				lksdk.UserData([]byte("hello")), lksdk.WithDataPublishTopic("greetings"), lksdk.WithDataPublishReliable(true),
			); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	return func() {
		close(enough)
		<-ended
	}
}

func TestSpeakersAndQualities(t *testing.T) {
	t.Parallel()
	speaks := func(sid string, active bool) *livekit.SpeakerInfo {
		return &livekit.SpeakerInfo{Sid: sid, Active: active, Level: 0.5}
	}
	us := welcome().GetJoin().GetParticipant().GetSid()
	r := mustJoin(t, hostile(t, welcome(),
		&livekit.SignalResponse{Message: &livekit.SignalResponse_Update{Update: &livekit.ParticipantUpdate{
			Participants: []*livekit.ParticipantInfo{{Sid: "PA_alice", Identity: "alice"}, {Sid: "PA_bob", Identity: "bob"}},
		}}},
		&livekit.SignalResponse{Message: &livekit.SignalResponse_SpeakersChanged{SpeakersChanged: &livekit.SpeakersChanged{
			Speakers: []*livekit.SpeakerInfo{speaks("PA_alice", true), speaks("PA_bob", true), speaks("PA_nobody", true)},
		}}},
		&livekit.SignalResponse{Message: &livekit.SignalResponse_SpeakersChanged{SpeakersChanged: &livekit.SpeakersChanged{
			Speakers: []*livekit.SpeakerInfo{speaks("PA_bob", false)},
		}}},
		&livekit.SignalResponse{Message: &livekit.SignalResponse_ConnectionQuality{ConnectionQuality: &livekit.ConnectionQualityUpdate{
			Updates: []*livekit.ConnectionQualityInfo{
				{ParticipantSid: "PA_alice", Quality: livekit.ConnectionQuality_POOR},
				{ParticipantSid: us, Quality: livekit.ConnectionQuality_EXCELLENT},
				{ParticipantSid: "PA_nobody"},
			},
		}}},
	))
	await(t, r, "alice's quality", func() bool { return r.Quality("PA_alice") != nil })
	if all := r.Speakers(); len(all) != 1 || all[0].GetSid() != "PA_alice" {
		t.Errorf("%v speak", all)
	}
	if q := r.Quality("PA_alice"); q.GetQuality() != livekit.ConnectionQuality_POOR {
		t.Errorf("alice's connection is %v", q)
	}
	if q := r.Quality(us); q.GetQuality() != livekit.ConnectionQuality_EXCELLENT {
		t.Errorf("ours is %v", q)
	}
	if q := r.Quality("PA_nobody"); q != nil {
		t.Errorf("nobody's is %v", q)
	}
}
