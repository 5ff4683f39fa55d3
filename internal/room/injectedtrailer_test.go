package room

import (
	"bytes"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestTrackOfAConnectionKnowsTheTrailerOfInjectedFrames(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	c := mustJoin(t, config(t, server))
	track := mustNext(t, mustSelect(t, c, Criteria{}))
	if trailer := track.InjectedTrailer(); len(trailer) == 0 || !bytes.Equal(trailer, c.SIFTrailer()) {
		t.Errorf("the trailer is %x, the connection's %x", trailer, c.SIFTrailer())
	}
	if trailer := new(Track).InjectedTrailer(); trailer != nil {
		t.Errorf("the trailer of another track is %x", trailer)
	}
}
