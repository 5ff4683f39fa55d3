package room

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
)

// stage is an origin whose view the test sets.
type stage struct {
	view       View
	changed    broadcast.Broadcast
	subscribed []string
}

func (s *stage) Changed() <-chan struct{} { return s.changed.Wait() }
func (s *stage) Look() (View, error)      { return s.view, nil }
func (s *stage) Ended(Offer) error        { return nil }
func (s *stage) HasLayers() bool          { return true }
func (s *stage) Closed()                  {}

func (s *stage) Subscribe(o Offer, _ Selector, _ *Choice) {
	s.subscribed = append(s.subscribed, o.SID)
}
func (s *stage) SetLayer(string, Selector, *Choice) {}
func (s *stage) Unsubscribe(string, Selector)       {}
func (s *stage) show(session string, offers ...Offer) {
	s.view = newView(session, offers)
	s.changed.Fire()
}

func newView(session string, offers []Offer) View {
	v := View{Session: session, Offers: offers, Present: make(map[string]bool)}
	for _, o := range offers {
		v.Present[o.Identity] = true
	}
	return v
}

// Whoever was followed before a reconnect without having been named is waited for, but not for ever.
func TestLostParticipantIsReplacedWhenItDoesNotComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{}
		selector := newSelection(s, Criteria{})
		selector.own.identity, selector.own.met = "alice", "session 1" // alice gave a Track
		s.show("session 2", Offer{Identity: "bob", SID: "TR_b"})
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

// TestASelectorThatIsClosedStopsWaiting, also when that is over at the same time.
func TestASelectorThatIsClosedStopsWaiting(t *testing.T) {
	t.Parallel()
	selector := newSelection(&stage{}, Criteria{})
	selector.Close()
	selector.forget()
}
