package room

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
)

// stage is an origin whose view the test sets.
type stage struct {
	view       view
	changed    broadcast.Broadcast
	subscribed []string
}

func (s *stage) changes() <-chan struct{}         { return s.changed.Wait() }
func (s *stage) look() (view, error)              { return s.view, nil }
func (s *stage) ended(offer) error                { return nil }
func (s *stage) writePLI(offer) func(webrtc.SSRC) { return nil }
func (s *stage) close()                           {}

func (s *stage) subscribe(o offer, _ *selection, _ *choice) {
	s.subscribed = append(s.subscribed, o.sid)
}
func (s *stage) setLayer(string, *selection, *choice) {}
func (s *stage) unsubscribe(string, *selection)       {}
func (s *stage) show(session string, offers ...offer) {
	s.view = newView(session, offers)
	s.changed.Fire()
}

func newView(session string, offers []offer) view {
	v := view{session: session, offers: offers, present: make(map[string]bool)}
	for _, o := range offers {
		v.present[o.identity] = true
	}
	return v
}

// Whoever was followed before a reconnect without having been named is waited for, but not for ever.
func TestLostParticipantIsReplacedWhenItDoesNotComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{}
		selector := newSelection(s, Criteria{})
		selector.following, selector.met = "alice", "session 1" // alice gave a Track
		s.show("session 2", offer{identity: "bob", sid: "TR_b"})
		ctx, cancel := context.WithTimeout(t.Context(), returnTimeout-1)
		defer cancel()
		if _, err := selector.Next(ctx); err == nil || len(s.subscribed) != 0 {
			t.Fatalf("got %v and subscribed to %v", err, s.subscribed)
		}
		next := nextInBackground(t.Context(), selector)
		synctest.Wait()
		ctx, cancel = context.WithTimeout(t.Context(), 1)
		defer cancel()
		<-ctx.Done()
		synctest.Wait()
		if len(s.subscribed) != 1 || s.subscribed[0] != "TR_b" {
			t.Errorf("subscribed to %v", s.subscribed)
		}
		selector.Close()
		<-next
	})
}
