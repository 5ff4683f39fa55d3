package play

import (
	"slices"
	"testing"

	"github.com/go-gst/go-gst/gst"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// Main is rig.Main for a program that makes pipelines with go-gst: GStreamer is ready when begin is called.
func Main(m *testing.M, leaks func(...goleak.Option) error, begin ...func() error) {
	initialize := func() error {
		gst.Init(nil)
		return nil
	}
	rig.Main(m, leaks, slices.Insert(begin, 0, initialize)...)
}
