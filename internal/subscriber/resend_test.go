package subscriber

import (
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestPacketsThatAreSentAgainComeThoughNothingElseDoes asks for a packet of a publisher that has fallen silent, until the
// server sends it. Nothing else wakes the reader.
func TestPacketsThatAreSentAgainComeThoughNothingElseDoes(t *testing.T) {
	t.Parallel()
	publisher := mustPublish(t, server, testpublisher.VP8)
	track := mustSubscribe(t, mustJoin(t, config(t, server)))
	// The server stops sending again from the key frame that we ask for until it has sent that: so we do not.
	mustRead(t, track, 20)
	packet := make([]byte, 2000)
	if n, _, err := track.Read(packet); err != nil || n < 12 {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	lost := binary.BigEndian.Uint16(packet[2:])
	if err := publisher.SetMuted(true); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(roomtest.Patience); time.Now().Before(deadline); {
		// It is as long as the server is deaf for one that it has just sent.
		if err := track.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		_, _, err := track.Read(packet)
		var timeout interface{ Timeout() bool }
		switch {
		case errors.As(err, &timeout) && timeout.Timeout():
			track.RequestPackets([]uint16{lost})
		case err != nil:
			t.Fatal(err)
		case binary.BigEndian.Uint16(packet[2:]) == lost:
			if stats := track.Stats(); stats.Resent == 0 {
				t.Errorf("it came otherwise: %+v", stats)
			}
			return
		}
	}
	t.Errorf("packet %d does not come again", lost)
}
