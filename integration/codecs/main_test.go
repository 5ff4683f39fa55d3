package codecs

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
	"github.com/gst-livekit/gst-livekit/integration/play"
)

func TestMain(m *testing.M) { play.Main(m, goleak.Find, livekitsrc.Register) }
