// Package plugin tests the plugin file in a Go application that makes pipelines with go-gst: two Go runtimes in one
// process, as when an application plays with the plugin that somebody installed.
package plugin

import (
	"testing"

	"github.com/go-gst/go-gst/gst"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/contract"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) { play.Main(m, goleak.Find) }

func TestElementOfThePluginFile(t *testing.T) { contract.Run(t) }

func TestElementComesFromTheFile(t *testing.T) {
	if _, err := gst.NewElement("livekitsrc"); err != nil {
		t.Fatal(err)
	}
	if !rig.PluginIsLoaded(t) {
		t.Error("the plugin file is not loaded")
	}
}
