package subscriber

import (
	"errors"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestDataIsHandedOn(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
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
	})
}

// TestDataThatNobodyWantsDoesNoHarm: who offers makes no channel for it.
func TestDataThatNobodyWantsDoesNoHarm(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		mustPublish(t, server, testpublisher.VP8)
		r := mustJoin(t, config(t, server))
		track := mustSubscribe(t, r)
		before := identify(r)
		stop := greet(t)
		mustRead(t, track, 60)
		stop()
		if got := identify(r); got != before || r.State() != StateConnected {
			t.Errorf("the session was replaced: %v, was %v; it is %v", got, before, r.State())
		}
	})
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
	awaitChange(t, r, r.PeopleChanged, "alice's quality", func() bool { return r.Quality("PA_alice") != nil })
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

// Who speaks is said several times a second, and wakes nobody who waits for something else.
func TestSpeakersAndQualitiesAreNoChangeOfTheRoom(t *testing.T) {
	t.Parallel()
	r := mustJoin(t, hostile(t, welcome()))
	info := func(sids ...string) *livekit.SignalResponse {
		update := &livekit.ParticipantUpdate{}
		for _, sid := range sids {
			update.Participants = append(update.Participants, &livekit.ParticipantInfo{
				Sid: "PA_" + sid, Identity: sid, Tracks: []*livekit.TrackInfo{{Sid: "TR_" + sid, Type: livekit.TrackType_AUDIO}},
			})
		}
		return &livekit.SignalResponse{Message: &livekit.SignalResponse_Update{Update: update}}
	}
	for _, test := range []struct {
		name            string
		message         *livekit.SignalResponse
		changed, people bool
	}{
		{"somebody comes", info("alice"), true, false},
		{"somebody speaks", &livekit.SignalResponse{Message: &livekit.SignalResponse_SpeakersChanged{SpeakersChanged: &livekit.SpeakersChanged{
			Speakers: []*livekit.SpeakerInfo{{Sid: "PA_alice", Active: true}},
		}}}, false, true},
		{"a connection is good", &livekit.SignalResponse{Message: &livekit.SignalResponse_ConnectionQuality{
			ConnectionQuality: &livekit.ConnectionQualityUpdate{},
		}}, false, true},
		{"a token is new", &livekit.SignalResponse{Message: &livekit.SignalResponse_RefreshToken{RefreshToken: "a"}}, false, false},
		{"a room has another description", &livekit.SignalResponse{Message: &livekit.SignalResponse_RoomUpdate{
			RoomUpdate: &livekit.RoomUpdate{Room: &livekit.Room{Name: "a"}},
		}}, false, false},
		{"the server answers", &livekit.SignalResponse{Message: &livekit.SignalResponse_PongResp{}}, false, false},
	} {
		changed, people := r.Changed(), r.PeopleChanged()
		if err := r.take(r.current(), test.message); err != nil {
			t.Fatal(err)
		}
		if isClosed(changed) != test.changed || isClosed(people) != test.people {
			t.Errorf("%s: changed %v, people %v", test.name, isClosed(changed), isClosed(people))
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// The server says nothing more of whom we do not receive any more.
func TestWhoIsNotReceivedAnyMoreDoesNotSpeak(t *testing.T) {
	t.Parallel()
	alice := &livekit.ParticipantInfo{Sid: "PA_alice", Identity: "alice", Tracks: []*livekit.TrackInfo{{Sid: "TR_1"}, {Sid: "TR_2"}}}
	silent := &livekit.ParticipantInfo{Sid: "PA_alice", Identity: "alice", Tracks: []*livekit.TrackInfo{{Sid: "TR_1"}}}
	left := &livekit.ParticipantInfo{Sid: "PA_alice", Identity: "alice", State: livekit.ParticipantInfo_DISCONNECTED}
	update := func(r *Room, info *livekit.ParticipantInfo) error {
		return r.take(r.current(), &livekit.SignalResponse{Message: &livekit.SignalResponse_Update{
			Update: &livekit.ParticipantUpdate{Participants: []*livekit.ParticipantInfo{info}},
		}})
	}
	for name, test := range map[string]struct {
		happens func(r *Room) error
		speaks  bool
	}{
		"one track is not wanted": {func(r *Room) error { return r.Subscribe("PA_alice", "TR_1", false) }, true},
		"no track is wanted": {func(r *Room) error {
			return errors.Join(r.Subscribe("PA_alice", "TR_1", false), r.Subscribe("PA_alice", "TR_2", false))
		}, false},
		"unpublished one": {func(r *Room) error { return update(r, silent) }, true},
		"left":            {func(r *Room) error { return update(r, left) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := mustJoin(t, hostile(t, welcome()))
			if err := errors.Join(update(r, alice), r.Subscribe("PA_alice", "TR_1", true), r.Subscribe("PA_alice", "TR_2", true),
				r.take(r.current(), &livekit.SignalResponse{Message: &livekit.SignalResponse_SpeakersChanged{
					SpeakersChanged: &livekit.SpeakersChanged{Speakers: []*livekit.SpeakerInfo{{Sid: "PA_alice", Active: true}}},
				}})); err != nil {
				t.Fatal(err)
			}
			changed, people := r.Changed(), r.PeopleChanged()
			if err := test.happens(r); err != nil {
				t.Fatal(err)
			}
			if !isClosed(changed) && !isClosed(people) {
				t.Error("nobody was told")
			}
			if speaks := len(r.Speakers()) > 0; speaks != test.speaks {
				t.Errorf("alice speaks: %v", speaks)
			}
		})
	}
}

// TestWhoStoppedWithoutSignallingDoesNotSpeak: the server does not say that again.
func TestWhoStoppedWithoutSignallingDoesNotSpeak(t *testing.T) {
	t.Parallel()
	drop := make(chan struct{})
	alice := &livekit.ParticipantInfo{Sid: "PA_alice", Identity: "alice", Tracks: []*livekit.TrackInfo{{Sid: "TR_1"}}}
	here := func(all ...*livekit.ParticipantInfo) *livekit.SignalResponse {
		return &livekit.SignalResponse{Message: &livekit.SignalResponse_Update{Update: &livekit.ParticipantUpdate{Participants: all}}}
	}
	r := mustJoin(t, scripted(t, nil, func(v *visit) {
		if v.number > 0 {
			v.send(reconnected())
			v.send(here(alice, &livekit.ParticipantInfo{Sid: "PA_bob", Identity: "bob"}))
			v.stay()
			return
		}
		v.send(welcome())
		v.send(here(alice))
		v.send(&livekit.SignalResponse{Message: &livekit.SignalResponse_SpeakersChanged{SpeakersChanged: &livekit.SpeakersChanged{
			Speakers: []*livekit.SpeakerInfo{{Sid: "PA_alice", Active: true}},
		}}})
		<-drop
	}))
	if err := r.Subscribe("PA_alice", "TR_1", true); err != nil {
		t.Fatal(err)
	}
	awaitChange(t, r, r.PeopleChanged, "that alice speaks", func() bool { return len(r.Speakers()) > 0 })
	close(drop)
	await(t, r, "bob", func() bool { return len(r.Participants()) > 1 })
	if all := r.Speakers(); len(all) > 0 {
		t.Errorf("%v speak", all)
	}
}
