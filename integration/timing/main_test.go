// Package timing tests what a pipeline makes of senders whose timestamps are not what one would like: those of another
// rate than real time, and those of pictures with B-frames.
package timing

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) { rig.Main(m, goleak.Find) }
