package subscriber

import (
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

var onlyTCP = []webrtc.NetworkType{webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6}

// TestReceivesAtEachAddressOfTheMachine: signalling and media are at one address, and there is nothing else. A machine without
// IPv6 has one of these less.
func TestReceivesAtEachAddressOfTheMachine(t *testing.T) {
	t.Parallel()
	for _, address := range []string{devserver.MachineAddress(), devserver.MachineAddress6()} {
		for _, tcp := range []bool{false, true} {
			if address == "" {
				continue
			}
			t.Run(address, func(t *testing.T) {
				t.Parallel()
				s := mustStart(t, devserver.Options{Address: address, TCPMedia: tcp})
				mustPublish(t, s, testpublisher.VP8)
				c := config(t, s)
				if tcp {
					c.Networks = onlyTCP
				}
				r := mustJoin(t, c)
				mustRead(t, mustSubscribe(t, r), 50)
				if path := r.Path().String(); !strings.Contains(path, address) || strings.Contains(path, "tcp") != tcp {
					t.Errorf("media comes through %s", path)
				}
			})
		}
	}
}
