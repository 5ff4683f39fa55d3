package roaming

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

func TestPictureComesOverTCPWhereUDPIsBlocked(t *testing.T) {
	n := newNetworkWith(t, devserver.Options{TCPMedia: true})
	n.blockUDP()
	r := n.receive()
	took := r.gapAfter(time.Now(), settled)
	t.Logf("the first picture after %v", took)
	if took := r.gapAfter(time.Now(), enough); took > time.Second {
		t.Errorf("no picture for %v", took)
	}
	if n := r.reconnects(); n != 0 {
		t.Errorf("%d reconnects", n)
	}
}

// A network that is left for one behind a firewall.
func TestPictureIsBackOverTCPWhenUDPIsBlockedLater(t *testing.T) {
	n := newNetworkWith(t, devserver.Options{TCPMedia: true})
	r := n.receive()
	r.gapAfter(time.Now(), settled)
	n.up(mobile)
	n.blockUDP()
	n.down(wifi)
	took := r.gapAfter(time.Now(), enough)
	t.Logf("no picture for %v", took)
	if took > 2*back {
		t.Errorf("no picture for %v", took)
	}
}
