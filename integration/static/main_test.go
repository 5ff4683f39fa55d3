// Package static tests the elements in a Go application that links them and makes pipelines with go-gst.
package static

import (
	"testing"

	"github.com/go-gst/go-gst/gst"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/elements/livekitaudiosrc"
	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
	"github.com/gst-livekit/gst-livekit/integration/contract"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) { play.Main(m, goleak.Find, livekitsrc.Register, livekitaudiosrc.Register) }

func TestRegisteredElement(t *testing.T) { contract.Run(t) }

// TestRegisteredElementTakesPrecedence has the plugin file in GStreamer's path.
func TestRegisteredElementTakesPrecedence(t *testing.T) {
	for _, name := range []string{"livekitsrc", "livekitaudiosrc"} {
		if _, err := gst.NewElement(name); err != nil {
			t.Fatal(err)
		}
	}
	if rig.PluginIsLoaded(t) {
		t.Error("the plugin file is loaded")
	}
	for _, register := range []func() error{livekitsrc.Register, livekitaudiosrc.Register} {
		if err := register(); err != nil {
			t.Errorf("registering again: %v", err)
		}
	}
}
