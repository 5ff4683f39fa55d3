package room

import (
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testproxy"
)

// subscriptions is a proxy in front of the server, with the tracks that are subscribed to, or not any more, through it.
func subscriptions(t *testing.T) (proxy *testproxy.Proxy, asked <-chan string) {
	t.Helper()
	sids := make(chan string, 10)
	proxy = testproxy.Start(t, server, testproxy.Hooks{Said: func(request *livekit.SignalRequest) {
		for _, of := range request.GetSubscription().GetParticipantTracks() {
			sids <- of.GetTrackSids()[0]
		}
	}})
	return proxy, sids
}

// TestTheTrackIsAskedForBeforeMediaCanCome: nobody calls Next.
func TestTheTrackIsAskedForBeforeMediaCanCome(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	mustNext(t, mustSelect(t, mustJoin(t, config(t, server)), Criteria{})) // it is in the room
	proxy, asked := subscriptions(t)
	c := config(t, server)
	c.URL, c.Identity = proxy.URL, "other"
	for _, participant := range []string{"", "alice"} {
		connection, err := Join(patient(t), c)
		if err != nil {
			t.Fatal(err)
		}
		selector := newServed(connection, Criteria{Participant: participant})
		if err := connection.Ready(patient(t), selector); err != nil {
			t.Error(err)
		}
		select {
		case got := <-asked:
			if got != sid {
				t.Errorf("for %q: asked for %s, want %s", participant, got, sid)
			}
		case <-patient(t).Done():
			t.Errorf("for %q: nothing is asked for", participant)
		}
		if track := mustNext(t, selector); track.SID != sid {
			t.Errorf("for %q: got %s", participant, track.SID)
		}
		selector.Close()
		connection.Close()
		for len(asked) > 0 {
			<-asked // that it is not wanted any more
		}
	}
}

// TestAConnectionIsReadyForWhoComesLate when the time is over that the first one had to join.
func TestAConnectionIsReadyForWhoComesLate(t *testing.T) {
	t.Parallel()
	c := mustJoin(t, config(t, server))
	c.attempt.deadline = time.Now().Add(-time.Second)
	for range 50 {
		if err := c.Ready(patient(t), nil); err != nil {
			t.Fatal(err)
		}
	}
}
