//go:build panics

package room

import (
	"errors"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// inject has a place panic until the test ends.
func inject(t *testing.T, place string) {
	guard.Inject(place)
	t.Cleanup(func() { guard.Inject("") })
}

func checkPanic(t *testing.T, err error, place string) {
	t.Helper()
	var internal *guard.Error
	if !errors.As(err, &internal) || internal.Place != place {
		t.Errorf("got %v, want a panic of %q", err, place)
	}
}

// TestPanicsOfAConnection goes through those places that need a server which does something seldom. The SDK's callbacks are
// called as it would.
func TestPanicsOfAConnection(t *testing.T) {
	s := startServer(t)
	for place, call := range map[string]func(c *Connection){
		"room: disconnected":        func(c *Connection) { c.callbacks().OnDisconnected() },
		"room: reconnecting":        func(c *Connection) { c.callbacks().OnReconnecting() },
		"room: reconnected":         func(c *Connection) { c.callbacks().OnReconnected() },
		"room: subscription failed": func(c *Connection) { c.callbacks().OnTrackSubscriptionFailed("TR_x", nil) },
		"room: probe": func(c *Connection) {
			r := newRoaming(c) // the other one probes by itself
			r.beginProbe()
			r.endProbe()
			r.stop()
		},
		"room: reach":   func(c *Connection) { c.roaming.reach(c.roaming.ctx) },
		"room: reached": func(c *Connection) { c.roaming.reach(c.roaming.ctx) },
	} {
		t.Run(place, func(t *testing.T) {
			inject(t, place)
			c := mustJoin(t, config(t, s))
			reached := make(chan struct{})
			go func() {
				defer close(reached)
				call(c)
			}()
			<-c.Done()
			checkPanic(t, c.Err(), place)
			c.Close() // ends a reach that nobody answers
			<-reached
			selector := mustSelect(t, c, Criteria{})
			_, err := selector.Next(patient(t))
			checkPanic(t, err, place)
		})
	}
}

func TestPanicInTheOverdueEndOfATrack(t *testing.T) {
	const place = "rtp: overdue end"
	s := startServer(t)
	newPublisher(t, s, "alice").publish(camera, "")
	track := mustNext(t, mustSelect(t, mustJoin(t, config(t, s)), Criteria{}))
	inject(t, place)
	track.packets.EndAfter(0)
	<-track.Lost()
	for b := make([]byte, 2048); ; {
		if _, _, err := track.Read(b); err != nil {
			checkPanic(t, err, place)
			return
		}
	}
}

// TestPanicWhileLeavingAServerThatTakesNothing has nobody to tell: leaving takes until the server goes on.
func TestPanicWhileLeavingAServerThatTakesNothing(t *testing.T) {
	s := startServer(t)
	c := mustJoin(t, config(t, s))
	inject(t, "room: leave without a word")
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	sent := flood(c)
	time.AfterFunc(2*farewellTimeout, func() { // behind the panic
		if err := s.Thaw(); err != nil {
			t.Error(err)
		}
	})
	c.Close()
	<-sent
}

// TestPanicsOfAnApplicationsParticipant goes through what listens in a room that is not ours.
func TestPanicsOfAnApplicationsParticipant(t *testing.T) {
	s := startServer(t)
	for place, cause := range map[string]func(a *roomtest.Application, alice *publisher, sid string){
		"room: participant changed":              func(_ *roomtest.Application, alice *publisher, sid string) { alice.mute(sid, true) },
		"room: participant's track unsubscribed": func(_ *roomtest.Application, alice *publisher, sid string) { alice.unpublish(sid) },
		"room: participant left":                 func(_ *roomtest.Application, alice *publisher, _ string) { alice.leave() },
		"room: application left":                 func(a *roomtest.Application, _ *publisher, _ string) { a.Room.Disconnect() },
		"room: application reconnected": func(a *roomtest.Application, _ *publisher, _ string) {
			a.Room.Simulate(lksdk.SimulateSignalReconnect)
		},
		"room: participant's track subscribed": func(_ *roomtest.Application, alice *publisher, sid string) {
			alice.unpublish(sid)
			alice.publish(camera, "")
		},
	} {
		t.Run(place, func(t *testing.T) {
			alice := newPublisher(t, s, "alice")
			var sid string
			if place != "room: participant left" { // which a track that is lost would tell before
				sid = alice.publish(camera, "")
			}
			a := newApplication(t, s, true)
			selector := selectParticipant(t, a.Participant(t, "alice"), livekit.TrackSource_UNKNOWN)
			if sid != "" {
				mustNext(t, selector)
			}
			inject(t, place)
			cause(a, alice, sid)
			for {
				if _, err := selector.Next(patient(t)); err != nil {
					checkPanic(t, err, place)
					return
				}
			}
		})
	}
}
