// Package mixed tests a Go application that links one of the elements, while the plugin file has the others, too.
package mixed

import (
	"testing"

	"github.com/go-gst/go-gst/gst"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/elements/livekitaudiosrc"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) { play.Main(m, goleak.Find, livekitaudiosrc.Register) }

// Both would register classes of one name, which GObject does not survive.
func TestPluginFileIsRefusedBesideALinkedElement(t *testing.T) {
	if _, err := gst.NewElement("livekitsrc"); err == nil {
		t.Error("the plugin file gives an element")
	}
	if !rig.PluginIsLoaded(t) {
		t.Error("the plugin file was not asked")
	}
	if _, err := gst.NewElement("livekitaudiosrc"); err != nil {
		t.Errorf("the linked element: %v", err)
	}
}
