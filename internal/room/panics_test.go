//go:build panics

package room

import (
	"errors"
	"testing"

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

// TestPanicsOfAConnection goes through those places that need a server which does something seldom.
func TestPanicsOfAConnection(t *testing.T) {
	s := startServer(t)
	for place, call := range map[string]func(c *Connection){
		"room: follow":   func(*Connection) {},
		"room: speakers": func(c *Connection) { c.OnSpeakers(func([]Speaker) {})() },
		"room: probe": func(c *Connection) {
			r := newRoaming(c) // the other one probes by itself
			r.beginProbe()
			r.endProbe()
			r.stop()
		},
		"room: reach": func(c *Connection) { _ = reach(c.roaming.ctx, c.target.url, unchanging, c) },
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
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
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
