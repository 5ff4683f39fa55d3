package leaks_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/elements/livekitbin"
	"github.com/gst-livekit/gst-livekit/integration/leaks"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

const addresses = "addresses"

// Without soft-volume, with which playsink of GStreamer 1.22 leaves a volume behind, whatever it plays.
const sinks = ` flags=audio+video video-sink="fakesink num-buffers=2" audio-sink="fakesink num-buffers=2"`

// addressCycles are one round in a room with picture and sound.
var addressCycles = []leaks.Cycle{
	{Description: "playbin3 uri={address}" + sinks, State: leaks.Playing, Await: true},
	{Description: "playbin3 uri={address}" + sinks, State: leaks.Playing},
	{Description: "playbin uri={address}" + sinks, State: leaks.Playing, Await: true},
	{Description: "playbin3 uri={address}?kind=audio" + sinks, State: leaks.Playing, Await: true},
	{Description: "livekitbin uri={address}", State: leaks.Playing},
	{Description: "livekitbin uri={address}", State: leaks.Ready},
	{Description: "livekitbin uri={address}-empty ! fakesink", State: leaks.Playing},
	{Description: "livekitbin ! fakesink", State: leaks.Playing}, // an error: no address
}

func TestPlayingAddressesLeavesNothing(t *testing.T) {
	rig.PublishNode(t, rtcnode.Settings{Tone: 440})
	runProcess(t, addresses)
}

func cycleAddresses() error {
	leaks.Init()
	if err := livekitbin.Register(); err != nil {
		return err
	}
	return goThrough(addressCycles)
}
