package room

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestServerRestartGivesTheSameSelectorANewTrack(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := roomtest.NewPublisher(t, s, "alice")
	first := alice.Publish(camera, "")
	c := mustJoin(t, config(t, s))
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)

	s.Kill()
	await(t, c.Changed, "losing the server", func() bool { return c.State() == StateReconnecting })
	if err := s.Restart(patient(t)); err != nil {
		t.Fatal(err)
	}
	roomtest.MustEnd(t, track)
	again := mustNext(t, selector)
	if again.SID == first {
		t.Error("same SID")
	}
	if c.State() != StateConnected {
		t.Errorf("%v", c.State())
	}
}

func TestWhoLeftDuringAReconnectIsNotInTheRoomAfterwards(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := roomtest.NewPublisher(t, s, "alice"), roomtest.NewPublisher(t, s, "bob")
	alice.Publish(camera, "")
	bob.Publish(camera, "")
	c := mustJoin(t, config(t, s))
	mustNext(t, mustSelect(t, c, Criteria{Participant: "alice"}))
	ofBob := mustSelect(t, c, Criteria{Participant: "bob"})
	track := mustNext(t, ofBob)

	s.Kill()
	await(t, c.Changed, "losing the server", func() bool { return c.State() == StateReconnecting })
	alice.Leave()
	if err := s.Restart(patient(t)); err != nil {
		t.Fatal(err)
	}
	roomtest.MustEnd(t, track)
	mustNext(t, ofBob)
	if isThere(c, "alice") {
		t.Error("alice is still in the room")
	}
}

func TestWhoIsAbsentAfterAReconnectIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := roomtest.NewPublisher(t, s, "alice")
	alice.Publish(camera, "")
	c := mustJoin(t, config(t, s))
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)

	s.Kill()
	await(t, c.Changed, "losing the server", func() bool { return c.State() == StateReconnecting })
	alice.Leave()
	if err := s.Restart(patient(t)); err != nil {
		t.Fatal(err)
	}
	roomtest.MustEnd(t, track)
	next := nextInBackground(patient(t), selector)
	await(t, c.Changed, "reconnecting", func() bool { return c.State() == StateConnected })
	sid := roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
}

func TestReplacedSessionGivesANewTrack(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	f := newForgetful(t, server)
	config := config(t, server)
	config.URL = f.url
	c := mustJoin(t, config)
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)
	c.sub.Reconnect()
	roomtest.MustEnd(t, track)
	again := mustNext(t, selector)
	if again.SID != sid {
		t.Errorf("got %s, want %s", again.SID, sid)
	}
	joins := f.joins()
	if len(joins) < 2 {
		t.Errorf("the session was not replaced: %v", joins)
	}
	for _, join := range joins {
		if !slices.Contains(join.GetClientInfo().GetCapabilities(), livekit.ClientInfo_CAP_PACKET_TRAILER) {
			t.Errorf("a session does not say that we know packet trailers: %v", join)
		}
	}
}

// TestReplacedSessionsAreForgotten: whoever keeps their media keeps their peer connections.
func TestReplacedSessionsAreForgotten(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	config := config(t, server)
	config.URL = newForgetful(t, server).url
	c := mustJoin(t, config)
	selector := newSelection(c, Criteria{Participant: "alice"})
	t.Cleanup(selector.Close)
	track := mustNext(t, selector)
	for range 3 {
		c.sub.Reconnect()
		roomtest.MustEnd(t, track)
		track = mustNext(t, selector)
	}
	if n := len(selector.spent); n > 0 {
		t.Errorf("media of %d sessions is kept", n)
	}
}

// While a session is being replaced, nobody is in the room, as far as we know.
func TestNewSessionIsNotTakenForLeaving(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	f := newForgetful(t, server)
	config := config(t, server)
	config.URL = f.url
	c := mustJoin(t, config)
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)
	f.hold()
	c.sub.Reconnect()
	<-f.held
	roomtest.MustEnd(t, track)
	if track, _, err := selector.(*selection).pick(); track != nil || err != nil {
		t.Errorf("during the reconnect: got %v, %v", track, err)
	}
	alice.Leave()
	f.release()
	await(t, c.Changed, "the new session", func() bool { return c.State() == StateConnected })
	if track, _, err := selector.(*selection).pick(); track != nil || err != nil {
		t.Errorf("after the reconnect: got %v, %v", track, err)
	}
}

func TestResumedSessionKeepsItsTracks(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	c := mustJoin(t, config(t, server))
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)
	reconnecting := make(chan bool, 1)
	go func() {
		for {
			changed := c.Changed()
			if s := c.State(); s == StateReconnecting || s == StateClosed {
				reconnecting <- true
				return
			}
			<-changed
		}
	}()
	c.sub.Reconnect()
	<-reconnecting
	await(t, c.Changed, "resuming", func() bool { return c.State() == StateConnected })
	for range 50 {
		roomtest.MustRead(t, track)
	}
}

func TestRemovedParticipantLearnsWhy(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		do     func(t *testing.T, api *lksdk.RoomServiceClient) error
		reason livekit.DisconnectReason
	}{
		{"removed", func(t *testing.T, api *lksdk.RoomServiceClient) error {
			_, err := api.RemoveParticipant(t.Context(),
				&livekit.RoomParticipantIdentity{Room: t.Name(), Identity: "subscriber"})
			return err
		}, livekit.DisconnectReason_PARTICIPANT_REMOVED},
		{"room deleted", func(t *testing.T, api *lksdk.RoomServiceClient) error {
			_, err := api.DeleteRoom(t.Context(), &livekit.DeleteRoomRequest{Room: t.Name()})
			return err
		}, livekit.DisconnectReason_ROOM_DELETED},
		{"duplicate identity", func(t *testing.T, _ *lksdk.RoomServiceClient) error {
			mustJoin(t, config(t, server))
			return nil
		}, livekit.DisconnectReason_DUPLICATE_IDENTITY},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := mustJoin(t, config(t, server))
			next := nextInBackground(patient(t), mustSelect(t, c, Criteria{}))
			api := lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)
			if err := test.do(t, api); err != nil {
				t.Fatal(err)
			}
			r := mustGet(t, next)
			var disconnected *DisconnectedError
			if !errors.As(r.err, &disconnected) || disconnected.Reason != test.reason {
				t.Fatalf("got %v, want %v", r.err, test.reason)
			}
			t.Log(r.err)
			<-c.Done()
		})
	}
}

func TestCloseWhileReconnecting(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := mustJoin(t, config(t, s))
	s.Kill()
	await(t, c.Changed, "losing the server", func() bool { return c.State() == StateReconnecting })
	c.Close()
}

func TestCloseWhileASessionIsBeingReplaced(t *testing.T) {
	t.Parallel()
	f := newForgetful(t, server)
	config := config(t, server)
	config.URL = f.url
	c := mustJoin(t, config)
	f.hold()
	c.sub.Reconnect()
	<-f.held
	began := time.Now()
	c.Close()
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
}
