package room

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestLossReason looks for why alice's track ended, and takes no other one meanwhile.
func TestLossReason(t *testing.T) {
	t.Parallel()
	alice, bob := Offer{Identity: "alice", SID: "TR_2"}, Offer{Identity: "bob", SID: "TR_b"}
	for name, row := range map[string]struct {
		then func(s *stage)
		want error
	}{
		"she stays":              {func(s *stage) { s.show("session 1", alice, bob) }, context.DeadlineExceeded},
		"she leaves":             {func(s *stage) { s.show("session 1", bob) }, &ParticipantLeftError{Identity: "alice"}},
		"the server is lost":     {func(s *stage) { s.show("") }, nil},
		"the server was lost":    {func(s *stage) { s.show("session 2", alice) }, nil},
		"she leaves, and it is":  {func(s *stage) { s.show("session 1", bob); synctest.Wait(); s.show("") }, nil},
		"the Selector is closed": {nil, ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := new(stage)
				s.show("session 1", alice, bob)
				selector := newSelection(s, Criteria{})
				selector.session, selector.chosenOf = "session 1", "alice" // who gave a Track
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				got := make(chan error)
				go func() { got <- selector.LossReason(ctx) }()
				synctest.Wait()
				if row.then != nil {
					row.then(s)
				} else {
					selector.Close()
				}
				err := <-got
				var left *ParticipantLeftError
				if !errors.Is(err, row.want) && !(errors.As(row.want, &left) && errors.As(err, &left)) {
					t.Errorf("it is %v, want %v", err, row.want)
				}
				if len(s.subscribed) > 0 {
					t.Errorf("subscribed to %v", s.subscribed)
				}
			})
		})
	}
}
