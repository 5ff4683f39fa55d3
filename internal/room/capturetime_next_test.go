//go:build servernext

package room

import (
	"bytes"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const absCaptureTimeURI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"

// extension returns the identifier under which a header extension is sent, or 0.
func extension(p *roomtest.Publisher, uri string) uint8 {
	for _, sender := range p.Room.LocalParticipant.GetPublisherPeerConnection().GetSenders() {
		for _, extension := range sender.GetParameters().HeaderExtensions {
			if sender.Track() != nil && extension.URI == uri {
				return uint8(extension.ID)
			}
		}
	}
	return 0
}

// livekit-server 1.13.8 and newer forward the capture time as it is; before, they left the offset out. Here the publisher's clock is an hour ahead, and it estimates that it is two behind the
// capturer's.
func TestCaptureTimeIsForwardedAsItIs(t *testing.T) {
	t.Parallel()
	says, err := rtp.NewAbsCaptureTimeExtensionWithCaptureClockOffset(time.Now().Add(time.Hour), 2*time.Hour).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.PublishPackets(func(packet *rtp.Packet) {
		if id := extension(alice, absCaptureTimeURI); id != 0 { // it was negotiated
			if err := packet.SetExtension(id, says); err != nil {
				t.Error(err)
			}
		}
	})
	track := mustNext(t, mustSelect(t, mustJoin(t, config(t, server)), Criteria{}))
	id, ok := track.HeaderExtension(absCaptureTimeURI)
	if !ok {
		t.Fatal("not negotiated")
	}
	for said := 0; said < 50; {
		if err := track.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 2000)
		n, _, err := track.Read(b)
		if err != nil {
			t.Fatalf("after %d packets that say it: %v", said, err)
		}
		var packet rtp.Packet
		if err := packet.Unmarshal(b[:n]); err != nil {
			t.Fatal(err)
		}
		if got := packet.GetExtension(id); got != nil {
			said++
			if !bytes.Equal(got, says) {
				t.Fatalf("got %x, want %x", got, says)
			}
		}
	}
}
