package browser_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) {
	os.Exit(rig.Main(m, func() error { return nil }, func() error { return goleak.Find() }))
}
