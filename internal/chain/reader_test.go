package chain

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

func mustPush(t *testing.T, c *Chain, units [][]byte, i int, start time.Time) {
	t.Helper()
	due := start.Add(time.Duration(i) * time.Second / 30)
	if _, err := c.Push(Unit{Data: units[i], Due: due, KeyFrame: i == 0}); err != nil {
		t.Fatalf("push unit %d: %v", i, err)
	}
}

func mustNext(t *testing.T, c *Chain) Frame {
	t.Helper()
	f, err := c.Next(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFrameTakesTwoCallsIntoC(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8, Capacity: 4})
	start := time.Now()
	before := runtime.NumCgoCall()
	for i := range units {
		mustPush(t, c, units, i, start) // which looks whether the chain is outdated
		f := mustNext(t, c)
		f.Release()
	}
	if calls := runtime.NumCgoCall() - before; calls != int64(2*len(units)) {
		t.Errorf("%d calls for %d frames", calls, len(units))
	}
	if c.Outdated() {
		t.Fatal("the chain is outdated")
	}
}

func TestDroppedFramesAreNotWaitedFor(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8, Capacity: 2})
	pushAll(t, c, units[:len(units)-1])
	for atomic.LoadInt32(c.reader.arrived) < int32(len(units)-1) {
		runtime.Gosched() // until all but two have been dropped
	}
	for range 2 {
		f := mustNext(t, c)
		f.Release()
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := c.Next(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("Next of nothing: %v, want context.Canceled", err)
	}
	mustPush(t, c, units, len(units)-1, time.Now().Add(time.Second))
	f := mustNext(t, c)
	f.Release()
}

// One context is used for many frames, and any other may take its place.
func TestNextStopsWithTheContextOfThisCall(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8, Capacity: 4})
	start := time.Now()
	first, cancelFirst := context.WithCancel(t.Context())
	defer cancelFirst()
	for i := range 3 {
		mustPush(t, c, units, i, start)
		f, err := c.Next(first, nil)
		if err != nil {
			t.Fatal(err)
		}
		f.Release()
	}
	for range 2 {
		second, cancelSecond := context.WithCancel(context.WithoutCancel(first))
		time.AfterFunc(time.Millisecond, cancelSecond)
		if _, err := c.Next(second, nil); !errors.Is(err, context.Canceled) {
			t.Fatalf("Next: %v, want context.Canceled", err)
		}
	}
	time.AfterFunc(time.Millisecond, cancelFirst)
	for range 2 {
		if _, err := c.Next(first, nil); !errors.Is(err, context.Canceled) {
			t.Fatalf("Next: %v, want context.Canceled", err)
		}
	}
	mustPush(t, c, units, 3, start)
	f := mustNext(t, c)
	f.Release()
}

func TestReleasedFrameStaysUntilTheNextUnitAtMost(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8, Capacity: 4})
	pushAll(t, c, units[:3])
	start := time.Now().Add(time.Second)
	one, other, last := mustNext(t, c), mustNext(t, c), mustNext(t, c)
	kept := one.c
	one.Release()
	other.Release()
	if got := c.returned.frame.Load(); got != kept || other.Held() {
		t.Errorf("%p is kept, want the first of those that were released, %p", got, kept)
	}
	if _, err := c.Push(Unit{Data: units[3], Due: start}); err != nil {
		t.Fatal(err)
	}
	if got := c.returned.frame.Load(); got != nil {
		t.Error("a frame is kept behind the next unit")
	}
	c.End()
	last.Release()
	if got := c.returned.take(); got != nil {
		t.Error("a frame is kept behind the end")
	}
}

func TestChainsLeaveNoFileOpen(t *testing.T) {
	count := func() int {
		names, err := filepath.Glob("/proc/self/fd/*")
		if err != nil {
			t.Fatal(err)
		}
		events := 0
		for _, name := range names {
			if target, err := os.Readlink(name); err == nil && target == "anon_inode:[eventfd]" {
				events++
			}
		}
		return events
	}
	before := count()
	const many = 16
	for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
		var chains []*Chain
		for range many {
			c, err := New(Config{Codec: codec})
			if err != nil {
				t.Fatal(err)
			}
			chains = append(chains, c)
		}
		if open := count(); open < before+many {
			t.Errorf("%d eventfds with %d chains", open-before, many)
		}
		for _, c := range chains {
			c.Close()
			c.Wake() // is allowed
		}
	}
	if _, err := New(Config{Codec: caps.VP8, Format: new(caps.VideoBufferType(-1))}); err == nil {
		t.Error("a chain for no format")
	}
	if after := count(); after > before {
		t.Errorf("%d eventfds more than before", after-before)
	}
}
