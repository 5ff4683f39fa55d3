package untouched

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestStreamIsSentOnOverRTP receives what rtph264pay makes of the stream.
func TestStreamIsSentOnOverRTP(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sent := new(published)
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Encoded: sent.add})
	l := launch.StartWith(t, made, fmt.Sprintf("-e livekitsrc room=%s ! rtph264pay config-interval=-1 ! udpsink host=127.0.0.1 port=%d",
		rig.Room(t), conn.LocalAddr().(*net.UDPAddr).Port))

	if err := conn.SetReadDeadline(time.Now().Add(rig.Patience)); err != nil {
		t.Fatal(err)
	}
	var stream []byte
	var depacketizer codecs.H264Packet
	datagram := make([]byte, 2000)
	for frames := 0; frames < 60; {
		n, err := conn.Read(datagram)
		if err != nil {
			t.Fatalf("%v after %d frames:\n%s", err, frames, l.Output())
		}
		var packet rtp.Packet
		if err := packet.Unmarshal(datagram[:n]); err != nil {
			t.Fatal(err)
		}
		nals, err := depacketizer.Unmarshal(packet.Payload)
		if err != nil {
			t.Fatal(err)
		}
		stream = append(stream, nals...)
		if packet.Marker {
			frames++
		}
	}
	checkNoDecoder(t, l.Output())
	sent.contains(t, testpublisher.H264, split(testpublisher.H264, stream))
	l.Interrupt()
	if status, printed := l.End(); status != 0 {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
}
