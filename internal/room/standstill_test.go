package room

import (
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
)

// TestNothingWaitsForAServerThatTakesNothing fills the connection to a server that stands still, so that whatever else is
// sent would wait for the SDK to notice, which takes 15 s.
func TestNothingWaitsForAServerThatTakesNothing(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := newPublisher(t, s, "alice")
	alice.publish(camera, "")
	c := mustJoin(t, config(t, s))
	reconnects := countReconnects(t, c)
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	mustNext(t, selector)
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Thaw() }()
	sending, sent := make(chan struct{}), make(chan error)
	go func() {
		close(sending)
		much := &livekit.UpdateTrackSettings{TrackSids: []string{strings.Repeat("x", 64<<20)}}
		sent <- engineOfRoom(c.sdk).SendUpdateTrackSettings(much)
	}()
	<-sending
	selector.SetLayer(Layer{Quality: QualityLow})
	selector.SetCriteria(Criteria{Participant: "bob"})
	selector.SetCriteria(Criteria{Participant: "alice"})
	selector.Close()
	select {
	case err := <-sent:
		t.Errorf("everything was sent: %v", err)
	default:
	}
	c.Close()
	if err := <-sent; err == nil {
		t.Error("the server took everything")
	}
	if n := reconnects(); n != 0 {
		t.Errorf("%d reconnects: that was waited for", n)
	}
}
