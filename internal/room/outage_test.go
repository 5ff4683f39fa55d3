package room

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// An attempt to resume has no more time than one to join. The absence of the network is not part of that.
func TestAnOutageLongerThanAnAttemptIsResumed(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	g := roomtest.NewGate(t, server.URL())
	config := config(t, server)
	config.URL, config.ConnectTimeout = g.URL, 5*time.Second
	c := mustJoin(t, config)
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)
	session := c.sub.Participant().GetSid()

	g.Set(true)
	for asked := time.Duration(0); asked <= config.ConnectTimeout; asked += reachInterval {
		select {
		case <-g.Asked:
		case <-patient(t).Done():
			t.Fatal("the server is not asked any more")
		}
	}
	g.Set(false)
	await(t, c.Changed, "reconnecting", func() bool { return c.State() == StateConnected })
	if got := c.sub.Participant().GetSid(); got != session {
		t.Errorf("session %s was replaced by %s", session, got)
	}
	roomtest.MustRead(t, track)
}
