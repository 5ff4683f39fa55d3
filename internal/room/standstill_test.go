package room

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// flood sends more to a server that stands still than the system takes for it, and returns when nothing else can be sent.
func flood(c *Connection) (sent <-chan error) {
	const sid = "TR_flood"
	done := make(chan error, 1)
	go func() { done <- c.sub.Subscribe(strings.Repeat("x", 64<<20), sid, true) }()
	for !c.sub.Subscribed(sid) { // from then on it is being sent
		runtime.Gosched()
	}
	return done
}

// TestNothingWaitsForAServerThatTakesNothing fills the connection to a server that stands still, so that whatever else is
// sent would wait until the connection is found dead, which takes 5 s.
func TestNothingWaitsForAServerThatTakesNothing(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := roomtest.NewPublisher(t, s, "alice")
	alice.Publish(camera, "")
	c := mustJoin(t, config(t, s))
	reconnects := countReconnects(t, c)
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	mustNext(t, selector)
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Thaw() }()
	sent := flood(c)
	setLayer(selector, caps.Layer{Quality: caps.QualityLow})
	selector.SetCriteria(Criteria{Participant: "bob"})
	selector.SetCriteria(Criteria{Participant: "alice"})
	selector.Close()
	select {
	case err := <-sent:
		t.Errorf("everything was sent: %v", err)
	default:
	}
	begun := time.Now()
	c.Close()
	if took := time.Since(begun); took > 2500*time.Millisecond {
		t.Errorf("leaving took %v", took)
	}
	<-sent
	if n := reconnects(); n != 0 {
		t.Errorf("%d reconnects: that was waited for", n)
	}
}
