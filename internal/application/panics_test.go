//go:build panics

package application

import (
	"errors"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// TestPanicsOfAnApplicationsParticipant goes through what listens in a room that is not ours.
func TestPanicsOfAnApplicationsParticipant(t *testing.T) {
	for place, cause := range map[string]func(a *roomtest.Application, alice *roomtest.Publisher, sid string){
		"application: participant changed":              func(_ *roomtest.Application, alice *roomtest.Publisher, sid string) { alice.Mute(sid, true) },
		"application: participant's track unsubscribed": func(_ *roomtest.Application, alice *roomtest.Publisher, sid string) { alice.Unpublish(sid) },
		"application: participant left":                 func(_ *roomtest.Application, alice *roomtest.Publisher, _ string) { alice.Leave() },
		"application: application left":                 func(a *roomtest.Application, _ *roomtest.Publisher, _ string) { a.Room.Disconnect() },
		"application: application reconnected": func(a *roomtest.Application, _ *roomtest.Publisher, _ string) {
			a.Room.Simulate(lksdk.SimulateSignalReconnect)
		},
		"application: participant's track subscribed": func(_ *roomtest.Application, alice *roomtest.Publisher, sid string) {
			alice.Unpublish(sid)
			alice.Publish(camera, "")
		},
	} {
		t.Run(place, func(t *testing.T) {
			alice := roomtest.NewPublisher(t, server, "alice")
			var sid string
			if place != "application: participant left" { // which a track that is lost would tell before
				sid = alice.Publish(camera, "")
			}
			a := newApplication(t, server, true)
			selector := selectParticipant(t, a.Participant(t, "alice"), livekit.TrackSource_UNKNOWN)
			if sid != "" {
				mustNext(t, selector)
			}
			guard.Inject(place)
			t.Cleanup(func() { guard.Inject("") })
			cause(a, alice, sid)
			for {
				if _, err := selector.Next(roomtest.Patient(t)); err != nil {
					var internal *guard.Error
					if !errors.As(err, &internal) || internal.Place != place {
						t.Errorf("got %v, want a panic of %q", err, place)
					}
					return
				}
			}
		})
	}
}
