package layers_test

import (
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/stream"
)

// mustKeepLow waits until the high layer can be had again, and then sees whether the stream gets the low one.
func mustKeepLow(t *testing.T, server *devserver.Server, s frames) {
	t.Helper()
	witness := join(t, server, "witness").open(t)
	awaitSize(t, witness, high)
	awaitSize(t, s, low)
	awaitSize(t, witness, high)
	for range 2 * steady {
		if _, got := next(t, s); got != low {
			t.Fatalf("a frame of %v", got)
		}
	}
}

func TestRepublishedTrackKeepsItsLayer(t *testing.T) {
	peer := publish(t, server, "VP8")
	s := join(t, server, "application").open(t, stream.WithLayer(stream.Layer{Width: 300, Height: 150}))
	awaitSize(t, s, low)
	command(t, peer, "unpublish", "unpublished")
	command(t, peer, "publish", "published")
	mustKeepLow(t, server, s)
}

func TestReconnectedApplicationKeepsItsLayer(t *testing.T) {
	for name, scenario := range map[string]lksdk.SimulateScenario{
		"resumed":  lksdk.SimulateSignalReconnect,
		"replaced": lksdk.SimulateNodeFailure,
	} {
		t.Run(name, func(t *testing.T) {
			publish(t, server, "VP8")
			app := join(t, server, "application")
			s := app.open(t, stream.WithLayer(stream.Layer{Quality: stream.QualityLow}))
			awaitSize(t, s, low)
			app.room.Simulate(scenario)
			select {
			case <-app.reconnected:
			case <-patient(t).Done():
				t.Fatal("the application does not reconnect")
			}
			mustKeepLow(t, server, s)
		})
	}
}

// TestServerRestartKeepsTheLayer has another publisher after the restart: on a busy machine the Node SDK now and then comes
// back without its track.
func TestServerRestartKeepsTheLayer(t *testing.T) {
	own, err := devserver.Start(t.Context(), devserver.Options{})
	must(t, err)
	t.Cleanup(own.Stop)
	peer := publish(t, own, "VP8")
	c := connect(t, own)
	selector := newSelector(c)
	opened, err := engine.New(selector, engine.Config{
		Capacity: stream.DefaultCapacity, Latency: stream.AdaptiveLatency, Layer: &caps.Layer{Quality: caps.QualityLow},
	})
	must(t, err)
	t.Cleanup(func() { must(t, opened.Close()) })
	s := ours{opened}
	awaitSize(t, s, low)
	own.Kill()
	for changed := c.Changed(); c.State() != room.StateReconnecting; changed = c.Changed() {
		<-changed
	}
	peer.Kill()
	must(t, own.Restart(patient(t)))
	publish(t, own, "VP8")
	mustKeepLow(t, own, s)
}
