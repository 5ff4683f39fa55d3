package network

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/network/link"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// The environment is the one that scripts/test.sh sets; where it says nothing, build/ of this module is used.
func TestMain(m *testing.M) {
	if root, ok := devserver.ModuleRoot(); ok {
		for name, value := range map[string]string{
			"GST_PLUGIN_PATH": filepath.Join(root, "build"),
			"GST_REGISTRY":    filepath.Join(root, "build", "registry-test.bin"),
		} {
			if os.Getenv(name) == "" {
				_ = os.Setenv(name, value)
			}
		}
	}
	if err := link.Isolate(); err != nil {
		fmt.Fprintln(os.Stderr, "the tests on impaired networks did not run:", err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, roomtest.ReadsForAPublisher)
}
