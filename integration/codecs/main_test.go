package codecs

import (
	"os"
	"testing"

	"github.com/go-gst/go-gst/gst"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) {
	begin := func() error {
		gst.Init(nil)
		return livekitsrc.Register()
	}
	os.Exit(rig.Main(m, begin, func() error { return goleak.Find() }))
}
