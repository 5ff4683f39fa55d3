//go:build panics

package chain

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testdecoder"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// TestPanicsOfAChainThatIsRead goes through those places that a chain with a pad, as in the plugin, does not come to.
func TestPanicsOfAChainThatIsRead(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	for _, at := range []struct {
		name    string
		decoder []testdecoder.Kind
		read    func(c *Chain) // before the error is looked for
	}{
		{name: "chain: ended", read: func(c *Chain) { c.End() }},
		{name: "chain: stumbled", decoder: []testdecoder.Kind{testdecoder.Late}},
		{name: "chain: message", decoder: []testdecoder.Kind{testdecoder.Gone}},
		{name: "chain: decoder failed", decoder: []testdecoder.Kind{testdecoder.Gone}},
		{name: "chain: read no longer", read: func(c *Chain) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			for {
				f, err := c.Next(ctx, nil)
				if err != nil {
					return
				}
				f.Release()
				cancel()
			}
		}},
	} {
		t.Run(at.name, func(t *testing.T) {
			testdecoder.Prefer(t, at.decoder...)
			guard.Inject(at.name)
			t.Cleanup(func() { guard.Inject("") })
			patient, cancel := context.WithTimeout(t.Context(), testpipeline.Patience)
			defer cancel()
			c := newChain(t, Config{Codec: caps.VP8, Bad: new(BadDecoders)})
			for i, data := range units[:6] {
				_, err := c.Push(Unit{Data: data, Due: time.Now(), KeyFrame: i == 0})
				if errors.Is(err, ErrOutdated) || errors.Is(err, ErrStopped) {
					break // it has come to the place already, and takes no more
				}
				if err != nil {
					t.Fatalf("push unit %d: %v", i, err)
				}
			}
			if at.read != nil {
				at.read(c)
			}
			for {
				f, err := c.Next(patient, nil)
				if err == nil {
					f.Release()
					continue
				}
				var internal *guard.Error
				if !errors.As(err, &internal) || internal.Place != at.name {
					t.Errorf("Next: %v", err)
				}
				return
			}
		})
	}
}

// TestPanicWhereAChainIsFreed has nobody to be told: the process goes on.
func TestPanicWhereAChainIsFreed(t *testing.T) {
	guard.Inject("chain: freed")
	t.Cleanup(func() { guard.Inject("") })
	newChain(t, Config{Codec: caps.VP8, Bad: new(BadDecoders)}) // closed before the injection ends
}
