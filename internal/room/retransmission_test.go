package room

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// TestPacketsThatAreSentAgainComeThoughNothingElseDoes asks for a packet of a publisher that has fallen silent, until the
// server sends it.
func TestPacketsThatAreSentAgainComeThoughNothingElseDoes(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	track := mustNext(t, mustSelect(t, mustJoin(t, config(t, server)), Criteria{}))
	if !track.CanRequestPackets() {
		t.Fatal("packets of a room that we joined cannot be asked for")
	}
	packet := make([]byte, 2000)
	// The server stops sending again from the key frame that we ask for until it has sent that: so we do not.
	for range 5 {
		roomtest.MustRead(t, track)
	}
	n, _, err := track.Read(packet)
	if err != nil || n < 12 {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	lost := binary.BigEndian.Uint16(packet[2:])
	alice.Pause(sid)

	track.Hurry(true)
	defer track.Hurry(false)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if err := track.SetReadDeadline(time.Now().Add(5 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		_, _, err := track.Read(packet)
		switch {
		case isTimeout(err):
			track.RequestPackets([]uint16{lost})
		case err != nil:
			t.Fatal(err)
		case binary.BigEndian.Uint16(packet[2:]) == lost:
			if trip := track.RoundTrip(); trip <= 0 || trip > time.Second {
				t.Errorf("the round trip is %v", trip)
			}
			return
		}
	}
	t.Errorf("packet %d does not come again", lost)
}
