package stream_test

import (
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/receive"
	"github.com/gst-livekit/gst-livekit/stream"
)

// LiveKit's server negotiates no video orientation, so a plain pion peer sends it.
func TestRotationOfTheVideoOrientationExtension(t *testing.T) {
	t.Parallel()
	orientations := []struct {
		extension byte // 3GPP TS 26.114 section 7.4.5
		rotation  stream.Rotation
		mirrored  bool
	}{
		{0, 0, false},
		{1, 90, false},
		{2, 180, false},
		{3, 270, false},
		{4, 0, true},
		{8 | 1, 90, false},
	}
	p := newPeer(t)
	var id uint8
	for _, extension := range p.sender.GetParameters().HeaderExtensions {
		if extension.URI == receive.VideoOrientationURI {
			id = uint8(extension.ID)
		}
	}
	// They are sent at once, and more than half a second of video would be taken for old.
	units := record(t, webrtc.MimeTypeVP8, 320, 180)[:12]
	packetizer := rtp.NewPacketizer(1200, payloadVP8, uint32(p.ssrc), &codecs.VP8Payloader{}, p.sequencer, 90000)
	for i, unit := range units {
		packets := packetizer.Packetize(unit, 3000)
		last := packets[len(packets)-1]
		if err := last.SetExtension(id, []byte{orientations[i%len(orientations)].extension}); err != nil {
			t.Fatal(err)
		}
		for _, packet := range packets {
			if _, err := p.writer.WriteRTP(&packet.Header, packet.Payload); err != nil {
				t.Fatal(err)
			}
		}
	}

	s := mustOpen(t)(stream.FromTrack(mustReceive(t, p.received, "the track"),
		stream.WithRTPReceiver(mustReceive(t, p.receiver, "the receiver")), stream.WithCapacity(stream.Unbounded)))
	for i := range units {
		event := mustNext(t, s)
		event.Frame.Release()
		want := orientations[i%len(orientations)]
		if event.Rotation != want.rotation || event.Mirrored != want.mirrored {
			t.Errorf("frame %d: rotation %d, mirrored %v; want %d, %v", i, event.Rotation, event.Mirrored, want.rotation, want.mirrored)
		}
	}
}
