// Package untouched tests what an application sees of livekitsrc's negotiation and of its decoders: streams that are
// handed on as their publisher encoded them, pipelines that change their mind, and decoders that do not work.
package untouched

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
	"github.com/gst-livekit/gst-livekit/integration/play"
)

func TestMain(m *testing.M) { play.Main(m, goleak.Find, livekitsrc.Register) }
