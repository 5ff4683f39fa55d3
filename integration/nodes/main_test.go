//go:build examples

package nodes

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) { rig.Main(m, goleak.Find) }
