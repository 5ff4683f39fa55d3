package chain

import (
	"strconv"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// TestLatencyThatGrowsWhileDataFlowsCostsNoFrame raises it in steps, from the goroutine that pushes. A sink that follows
// the clock holds as many frames back as that takes, which is more than the capacity.
func TestLatencyThatGrowsWhileDataFlowsCostsNoFrame(t *testing.T) {
	const capacity = 1
	f := newFeeder(t, Config{Codec: caps.VP8, Capacity: capacity, Latency: 50 * time.Millisecond},
		"fakesink name=window async=false sync=true qos=true")
	f.start = time.Now()
	f.publish(10)
	for latency := 100 * time.Millisecond; latency <= 400*time.Millisecond; latency += 50 * time.Millisecond {
		f.chain.SetLatency(latency)
		f.pipeline.Await("latency")
		f.pipeline.RecalculateLatency()
		f.publish(5)
	}
	f.chain.SetLatency(500 * time.Millisecond)
	f.pipeline.RecalculateLatency()
	f.publish(20)
	const all = 10 + 7*5 + 20
	const most = capacity + 500*60/1000 // frames of the fastest usual streams
	if room, err := strconv.Atoi(f.pipeline.Get("frames", "max-size-buffers")); err != nil || room < most {
		t.Errorf("there is room for %d frames, want %d (%v)", room, most, err)
	}
	f.chain.End()
	f.pipeline.Await("eos")
	f.quiet()
	if decoded, dropped := f.chain.Counts(); decoded != all || dropped != 0 {
		t.Errorf("%d of %d frames were decoded, and %d dropped", decoded, all, dropped)
	}
	if shown := f.shown("window"); shown != all {
		t.Errorf("%d of %d frames were shown", shown, all)
	}
}

// TestPicturesThatAreDelayedAreKept has pictures due half a second later than they come, as those that wait for the sound.
func TestPicturesThatAreDelayedAreKept(t *testing.T) {
	const capacity, delay = 1, 500 * time.Millisecond
	f := newFeeder(t, Config{Codec: caps.VP8, Capacity: capacity}, "fakesink name=window async=false sync=true qos=true")
	f.chain.SetDelay(delay)
	f.start = time.Now().Add(delay)
	const all = 15 // half a second of them
	for range all {
		f.push()
	}
	if room, err := strconv.Atoi(f.pipeline.Get("frames", "max-size-buffers")); err != nil || room < capacity+30 {
		t.Errorf("there is room for %d frames, want %d (%v)", room, capacity+30, err)
	}
	f.chain.End()
	f.pipeline.Await("eos")
	f.quiet()
	if shown := f.shown("window"); shown != all {
		t.Errorf("%d pictures were pushed, and %d shown", all, shown)
	}
}

// TestChainSaysHowFarItIsBehind has a downstream that takes nothing for a while.
func TestChainSaysHowFarItIsBehind(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-vp8")+" max-buffers=1")
	f.start = time.Now()
	f.publish(20)
	// A buffer is in the sink, and another one on its way there.
	if behind := f.chain.Behind(); behind < 400*time.Millisecond || behind > time.Since(f.start) {
		t.Errorf("20 units in %v, and the chain is %v behind", time.Since(f.start), behind)
	}
	for range 20 {
		f.pipeline.Pull()
	}
	f.push()
	if behind := f.chain.Behind(); behind > 100*time.Millisecond {
		t.Errorf("all was taken, and the chain is %v behind", behind)
	}
	for range 80 {
		f.push()
	}
	if behind := f.chain.Behind(); behind > 300*time.Millisecond {
		t.Errorf("80 units have come at once, and the chain is %v behind", behind)
	}
}

// TestLatencyIsToldWithNoLockHeld closes a chain while the application handles its LATENCY message.
func TestLatencyIsToldWithNoLockHeld(t *testing.T) {
	p := testpipeline.Start(t, takes("video/x-raw"))
	c, err := New(Config{Codec: caps.VP8, StreamID: "test", Pad: &Pad{Bin: p.Bin(), Ghost: p.Ghost()}})
	if err != nil {
		t.Fatal(err)
	}
	await, release := p.HoldLatency()
	told, closed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		c.SetLatency(50 * time.Millisecond)
	}()
	await()
	go func() {
		defer close(closed)
		c.Close()
	}()
	select {
	case <-closed:
	case <-time.After(testpipeline.Patience):
		t.Error("Close waits for the application")
	}
	release()
	<-told
	<-closed
}
