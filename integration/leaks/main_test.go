package leaks_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// childVariable makes the test program go through the cycles of what it names.
const childVariable = "LEAKS_TEST_ELEMENT"

func TestMain(m *testing.M) {
	if element := os.Getenv(childVariable); element != "" {
		run := func() error { return cycle(element) }
		switch element {
		case streams:
			run = cycleStreams
		case moments:
			run = cycleMoments
		case walls:
			run = cycleWalls
		case addresses:
			run = cycleAddresses
		}
		if err := run(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	rig.Main(m, goleak.Find)
}
