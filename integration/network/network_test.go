package network

import (
	"context"
	"testing"
	"time"
)

// goal is what a case has to come to at least. A machine that has no time for pictures has none for the control receiver's
// either: what that one did not show does not count, nor does its longest freeze.
type goal struct {
	name    string
	seconds int
	shown   float64
	longest time.Duration
}

// goals are less than those of docs/reliability.md: these runs are short, and chance is large in them.
var goals = map[string][]goal{
	"vp8": {
		{"loss-0", 4, 0.99, 250 * time.Millisecond},
		{"loss-5", 10, 0.95, time.Second},
		{"jitter", 5, 0.95, 500 * time.Millisecond},
		{"outage-300ms", 5, 0.85, time.Second},
	},
	"h264": {
		{"loss-5", 10, 0.95, time.Second},
	},
}

func TestThePictureGoesOn(t *testing.T) {
	for codec, goals := range goals {
		t.Run(codec, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			stage, err := Open(ctx, Options{Codec: codec, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := stage.Close(); err != nil {
					t.Error(err)
				}
			}()
			receiver, err := stage.Receive(ctx, Ours(""))
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range goals {
				t.Run(g.name, func(t *testing.T) { g.check(ctx, t, stage, receiver) })
			}
		})
	}
}

func (g goal) check(ctx context.Context, t *testing.T, stage *Stage, receiver *Receiver) {
	cases, err := Find(g.name)
	if err != nil {
		t.Fatal(err)
	}
	results, err := stage.Measure(ctx, cases[0], time.Duration(g.seconds)*time.Second, receiver)
	if err != nil {
		t.Fatal(err)
	}
	control, got := results[0].Summary, results[1].Summary
	t.Logf("beside the server: %v", control)
	t.Logf("behind the link:   %v", got)
	if control.Shown == 0 {
		t.Fatal("the control receiver showed nothing")
	}
	if shown := share(got.Shown, control.Shown); shown < g.shown {
		t.Errorf("%d pictures were shown, %.1f %% of the control receiver's %d; want %.0f %%",
			got.Shown, 100*shown, control.Shown, 100*g.shown)
	}
	if most := g.longest + control.Longest; got.Longest > most {
		t.Errorf("for %v no new picture was shown, want at most %v", got.Longest, most)
	}
	if got.Damaged > 0 {
		t.Errorf("%d pictures were damaged", got.Damaged)
	}
}
