package room

import (
	"errors"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

func TestServerRestartGivesTheSameSelectorANewTrack(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := newPublisher(t, s, "alice")
	first := alice.publish(camera, "")
	c := mustJoin(t, config(t, s))
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)

	s.Kill()
	await(t, c.Changed, "losing the server", func() bool { return c.State() == StateReconnecting })
	if err := s.Restart(patient(t)); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, track)
	again := mustNext(t, selector)
	if again.SID == first {
		t.Error("same SID")
	}
	if c.State() != StateConnected {
		t.Errorf("%v", c.State())
	}
}

// The SDK keeps whoever left while it was away; see Connection.forgetBeforeRejoin.
func TestWhoLeftDuringAReconnectIsNotInTheRoomAfterwards(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := newPublisher(t, s, "alice"), newPublisher(t, s, "bob")
	alice.publish(camera, "")
	bob.publish(camera, "")
	c := mustJoin(t, config(t, s))
	mustNext(t, mustSelect(t, c, Criteria{Participant: "alice"}))
	ofBob := mustSelect(t, c, Criteria{Participant: "bob"})
	track := mustNext(t, ofBob)

	s.Kill()
	await(t, c.Changed, "losing the server", func() bool { return c.State() == StateReconnecting })
	alice.leave()
	if err := s.Restart(patient(t)); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, track)
	mustNext(t, ofBob)
	if c.sdk.GetParticipantByIdentity("alice") != nil {
		t.Error("alice is still in the room")
	}
}

func TestWhoIsAbsentAfterAReconnectIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := newPublisher(t, s, "alice")
	alice.publish(camera, "")
	c := mustJoin(t, config(t, s))
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)

	s.Kill()
	await(t, c.Changed, "losing the server", func() bool { return c.State() == StateReconnecting })
	alice.leave()
	if err := s.Restart(patient(t)); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, track)
	next := nextInBackground(patient(t), selector)
	await(t, c.Changed, "reconnecting", func() bool { return c.State() == StateConnected })
	sid := newPublisher(t, s, "alice").publish(camera, "")
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
}

func TestReplacedSessionGivesANewTrack(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	sid := alice.publish(camera, "")
	c := mustJoin(t, config(t, server))
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)
	c.sdk.Simulate(lksdk.SimulateNodeFailure) // the server has forgotten us when the SDK wants to resume
	mustEnd(t, track)
	again := mustNext(t, selector)
	if again.SID != sid {
		t.Errorf("got %s, want %s", again.SID, sid)
	}
	if !sdk.IsCapable(c.sdk) {
		t.Error("the new session does not say that we know packet trailers")
	}
}

// When the server asks for a new session, the SDK first calls everyone disconnected.
func TestNewSessionIsNotTakenForLeaving(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	alice.publish(camera, "")
	c := mustJoin(t, config(t, server))
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	mustNext(t, selector)

	look := func(when string) {
		t.Helper()
		if track, _, err := selector.(*selection).pick(); track != nil || err != nil {
			t.Errorf("%s: got %v, %v", when, track, err)
		}
	}
	c.sdk.OnRestarting()
	look("during the reconnect")
	c.sdk.OnRestarted(&livekit.Room{}, &livekit.ParticipantInfo{Identity: c.Identity(), Sid: "PA_new"}, nil)
	look("after the reconnect")
}

func TestResumedSessionKeepsItsTracks(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	alice.publish(camera, "")
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
	c.sdk.Simulate(lksdk.SimulateSignalReconnect)
	<-reconnecting
	await(t, c.Changed, "resuming", func() bool { return c.State() == StateConnected })
	for range 50 {
		mustRead(t, track)
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
	if n := c.peers.count(); n != 0 {
		t.Errorf("%d peer connections are open", n)
	}
}

// The SDK then goes on with its attempt until that has timed out.
func TestCloseWhileASessionIsBeingReplaced(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	config := config(t, s)
	config.ConnectTimeout = shortTimeout
	c := mustJoin(t, config)
	s.Kill()
	await(t, c.peers.changed.Wait, "giving up the old session", func() bool { return c.peers.count() == 0 })
	replacing := make(chan struct{})
	go func() {
		defer close(replacing)
		for changed := c.peers.changed.Wait(); c.peers.count() == 0; changed = c.peers.changed.Wait() {
			<-changed
		}
	}()
	if err := s.Restart(patient(t)); err != nil {
		t.Fatal(err)
	}
	<-replacing
	began := time.Now()
	c.Close()
	if n, took := c.peers.count(), time.Since(began); n != 0 || took > closeTimeout/2 {
		t.Errorf("%d peer connections are open after %v", n, took)
	}
}
