//go:build servernext

package room

import (
	"bytes"
	"sync"
	"testing"
	"time"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

const absCaptureTimeURI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"

// publishWithCaptureTime publishes VP8 whose packets say that, as soon as the extension has been negotiated.
func (p *publisher) publishWithCaptureTime(says []byte) {
	p.t.Helper()
	track, err := lksdk.NewLocalTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.room.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{
		Source: camera, VideoWidth: 320, VideoHeight: 180,
	}); err != nil {
		p.t.Fatal(err)
	}
	done := make(chan struct{})
	var sending sync.WaitGroup
	sending.Go(func() {
		ticker := time.NewTicker(frameDuration)
		defer ticker.Stop()
		frame := append([]byte{0x10}, vp8KeyFrame...) // RFC 7741, 4.2: the first partition begins
		packet := rtp.Packet{Header: rtp.Header{Version: 2, Marker: true}, Payload: frame}
		for {
			select {
			case <-ticker.C:
			case <-done:
				return
			}
			packet.SequenceNumber++
			packet.Timestamp += uint32(frameDuration.Seconds() * 90000)
			sent := packet
			if id := p.extension(absCaptureTimeURI); id != 0 {
				if err := sent.SetExtension(id, says); err != nil {
					p.t.Error(err)
				}
			}
			_ = track.WriteRTP(&sent, nil) // fails before there is a connection
		}
	})
	p.t.Cleanup(func() {
		close(done)
		sending.Wait()
	})
}

// extension returns the identifier under which a header extension is sent, or 0.
func (p *publisher) extension(uri string) uint8 {
	for _, sender := range p.room.LocalParticipant.GetPublisherPeerConnection().GetSenders() {
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
	newPublisher(t, server, "alice").publishWithCaptureTime(says)
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
