package room

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// flood sends more to a server that stands still than the system takes for it, and returns when nothing else can be sent:
// the SDK's connection for signalling is locked for as long as something is.
func flood(c *Connection) (sent <-chan error) {
	engine := sdk.EngineOfRoom(c.sdk)
	done := make(chan error, 1)
	go func() {
		done <- engine.SendUpdateTrackSettings(&livekit.UpdateTrackSettings{TrackSids: []string{strings.Repeat("x", 64<<20)}})
	}()
	transport := reflect.ValueOf(engine).Elem().FieldByName("signalTransport").Elem().Elem()
	lock := (*sync.Mutex)(transport.FieldByName("lock").Addr().UnsafePointer())
	for lock.TryLock() {
		lock.Unlock()
		runtime.Gosched()
	}
	return done
}

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
	c.Close()
	if err := <-sent; err == nil {
		t.Error("the server took everything")
	}
	if n := reconnects(); n != 0 {
		t.Errorf("%d reconnects: that was waited for", n)
	}
}
