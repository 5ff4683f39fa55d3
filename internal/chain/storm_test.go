package chain

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// stormThreads send at once, from what would be an encoder's thread and the application's.
const stormThreads = 2

// TestEventsMeetChainsThatOpenAndClose sends events and queries from downstream while one chain takes the other's place:
// an encoder that wants a key frame, a relink, and the latency that each new chain makes the pipeline tell.
func TestEventsMeetChainsThatOpenAndClose(t *testing.T) {
	for codec, downstream := range map[caps.Codec]string{
		caps.VP8:  "fakesink sync=false async=false",
		caps.H264: "capsfilter caps=video/x-h264 ! fakesink sync=false async=false", // untouched
	} {
		for name, kinds := range map[string]testpipeline.StormKind{
			"KeyFrames":   testpipeline.KeyFrames,
			"Reconfigure": testpipeline.Reconfigure,
			"Latency":     testpipeline.Latency,
			"Everything":  testpipeline.Everything,
		} {
			t.Run(codec.String()+name, func(t *testing.T) { storm(t, codec, downstream, kinds) })
		}
	}
}

func storm(t *testing.T, codec caps.Codec, downstream string, kinds testpipeline.StormKind) {
	const chains, seed = 60, 11
	units := encode(t, ball(codec))
	pipeline := testpipeline.Start(t, downstream)
	var keyFrames atomic.Int64
	storm := pipeline.Storm(kinds, seed, stormThreads)
	for range chains {
		c, err := New(Config{
			Codec: codec, StreamID: "test", Capacity: 4,
			Pad:            &Pad{Bin: pipeline.Bin(), Ghost: pipeline.Ghost()},
			KeyFrameWanted: func(time.Time) { keyFrames.Add(1) },
		})
		if err != nil {
			t.Fatal(err)
		}
		c.SetSize(320, 240)
		for i, data := range units[:keyDistance] {
			_, err := c.Push(Unit{Data: data, Due: time.Now(), KeyFrame: i == 0})
			if errors.Is(err, ErrOutdated) {
				break // what downstream wants is not known while it renegotiates
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		storm.Await(10)
		c.SetLatency(time.Millisecond)
		c.Close()
	}
	sent := storm.Stop()
	pipeline.StopDownstream()
	t.Logf("%d events and queries, %d key frames asked for", sent, keyFrames.Load())
	if kinds&testpipeline.KeyFrames != 0 && keyFrames.Load() == 0 {
		t.Error("no event reached a chain")
	}
	if said := pipeline.Said("error"); len(said) > 0 {
		t.Error(said)
	}
}

// TestClosedChainIsFreed looks for one that holds itself: callbacks hold what must not hold the chain.
func TestClosedChainIsFreed(t *testing.T) {
	for name, row := range map[string]struct {
		codec      caps.Codec
		downstream string // "": no pad
	}{
		"Read":      {caps.VP8, ""},
		"Raw":       {caps.VP8, "fakesink sync=false async=false"},
		"Untouched": {caps.H264, "capsfilter caps=video/x-h264 ! fakesink sync=false async=false"},
	} {
		t.Run(name, func(t *testing.T) {
			config := Config{Codec: row.codec, StreamID: "test", Capacity: 4}
			var pipeline *testpipeline.Pipeline
			if row.downstream != "" {
				pipeline = testpipeline.Start(t, row.downstream)
				config.Pad = &Pad{Bin: pipeline.Bin(), Ghost: pipeline.Ghost()}
			}
			c, err := New(config)
			if err != nil {
				t.Fatal(err)
			}
			pushAll(t, c, encode(t, ball(row.codec)))
			if pipeline != nil {
				pipeline.StopDownstream()
			}
			c.Close()
			freed := weak.Make(c)
			c = nil
			runtime.GC() // C gave up its handle before Close returned
			if freed.Value() != nil {
				t.Error("something still holds the chain")
			}
		})
	}
}
