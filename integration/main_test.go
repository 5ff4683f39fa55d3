// Package integration plays LiveKit tracks in gst-launch-1.0, with the plugin file, a real server and real publishers.
package integration

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) { rig.Main(m, goleak.Find) }
