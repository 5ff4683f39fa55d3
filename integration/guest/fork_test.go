package guest

import (
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestAForkedChildIsToldToSpawn forks a program in which the element has been, as Python's multiprocessing does by default.
func TestAForkedChildIsToldToSpawn(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	pipeline := " livekitsrc name=src room=" + rig.Room(t) + " latency=200 ! fakesink sync=false"
	p := start(t)
	p.do("play" + pipeline)
	p.Line("^picture$")
	p.do("stop")
	p.Tell("fork" + pipeline)
	p.Line(`^error from src: this process was forked .*spawn, do not fork`)
	p.Line("^playing: FAILURE$")
	p.Line("^child ended with 0$")

	// The program itself goes on.
	p.do("unref")
	p.do("play" + pipeline + " name=again")
	printed := p.end()
	if n := strings.Count(printed, "forked"); n != 1 {
		t.Errorf("it was said %d times", n)
	}
}
