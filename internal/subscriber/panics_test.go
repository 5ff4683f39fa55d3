//go:build panics

package subscriber

import (
	"errors"
	"testing"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestPanicsOfARoom has each place panic in a room that receives: it ends with that, and can be closed.
func TestPanicsOfARoom(t *testing.T) {
	mustPublish(t, server, testpublisher.VP8)
	for _, place := range []string{
		"subscriber: messages", "subscriber: message", "subscriber: candidate", "subscriber: connection state",
		"subscriber: hello", "subscriber: keys", "subscriber: track", "subscriber: packet", "subscriber: control packet",
		"subscriber: stream ended", "subscriber: data channel", "subscriber: old session", "subscriber: no media", "signal: ping",
	} {
		t.Run(place, func(t *testing.T) {
			guard.Inject(place)
			defer guard.Inject("")
			c := inRoom(t, "TestPanicsOfARoom")
			c.mediaTimeout = 1
			c.Separate = place == "subscriber: data channel" // who offers makes them itself
			r := mustJoin(t, c)
			if place == "subscriber: old session" || place == "subscriber: no media" { // which is there before the media is
				r.lose(r.current(), loss{err: ErrMedia, replace: true})
			}
			subscribeUntilDone(t, r, place == "subscriber: stream ended")
			var internal *guard.Error
			if err := r.Err(); !errors.As(err, &internal) || internal.Place != place {
				t.Errorf("ended with %v", err)
			}
			r.Close()
		})
	}
}

// TestPanicWhereTCPIsTried has a candidate for TCP come at once, which is kept until UDP has had its time.
func TestPanicWhereTCPIsTried(t *testing.T) {
	const place = "subscriber: TCP"
	guard.Inject(place)
	defer guard.Inject("")
	r := mustJoin(t, config(t, server))
	r.current().peer.later(webrtc.ICECandidateInit{})
	await(t, r, "the end", r.isEnded)
	var internal *guard.Error
	if err := r.Err(); !errors.As(err, &internal) || internal.Place != place {
		t.Errorf("ended with %v", err)
	}
}

func TestPanicWhereDataComes(t *testing.T) {
	const place = "subscriber: data"
	guard.Inject(place)
	defer guard.Inject("")
	c := config(t, server)
	c.OnData = func(*livekit.DataPacket) {}
	r := mustJoin(t, c)
	defer greet(t)()
	await(t, r, "the end", r.isEnded)
	var internal *guard.Error
	if err := r.Err(); !errors.As(err, &internal) || internal.Place != place {
		t.Errorf("ended with %v", err)
	}
}

// inRoom is a subscriber in a room of another test.
func inRoom(t *testing.T, name string) Config {
	t.Helper()
	c := config(t, server)
	c.Token = tokenInRoom(t, server, name, "subscriber")
	return c
}

// subscribeUntilDone receives what there is, until the room ends.
func subscribeUntilDone(t *testing.T, r *Room, again bool) {
	t.Helper()
	asked, given := false, false
	await(t, r, "the end", func() bool {
		for _, p := range r.Participants() {
			for _, info := range p.GetTracks() {
				if !asked {
					asked = true
					_ = r.Subscribe(p.GetSid(), info.GetSid(), true)
				}
				if r.Track(info.GetSid()) != nil && again && !given {
					given = true
					_ = r.Subscribe(p.GetSid(), info.GetSid(), false)
				}
			}
		}
		return r.isEnded()
	})
}
