package subscriber

import (
	"io"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/transport/v5/packetio"
	"github.com/pion/webrtc/v4"
)

// newTestTrack returns a Track of a peer connection that there is not.
func newTestTrack(t *testing.T, began, stopped func(*Track)) (*Track, *remoteStream) {
	t.Helper()
	track := newTrack(&peer{}, &webrtc.TrackRemote{}, webrtc.RTPParameters{Codecs: []webrtc.RTPCodecParameters{{
		PayloadType: 96, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000},
	}}})
	track.began, track.stopped = began, stopped
	seen, err := track.feedback.bind(5, webrtc.RTPCodecCapability{ClockRate: 90000}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(track.feedback.close)
	return track, seen
}

func testPacket(t *testing.T, ssrc uint32, sequence uint16, size int) []byte {
	t.Helper()
	raw, err := (&rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: 96, SequenceNumber: sequence, SSRC: ssrc},
		Payload: make([]byte, size),
	}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestPacketsThatComeEarlyAreHandedOnInOrder(t *testing.T) {
	t.Parallel()
	var all streams
	began, stopped := 0, 0
	track, seen := newTestTrack(t, func(*Track) { began++ }, func(*Track) { stopped++ })
	s := all.buffer(packetio.RTPBufferPacket, 5)
	for sequence := range uint16(3) {
		if _, err := s.Write(testPacket(t, 5, sequence, 10)); err != nil {
			t.Fatal(err)
		}
	}
	all.get(5).bind(track, false, seen)
	if _, err := s.Write(testPacket(t, 5, 3, 10)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	for want := range byte(4) {
		if n, _, err := track.Read(b); err != nil || n != 22 || b[3] != want {
			t.Errorf("packet %d: got %x, %v", want, b[:n], err)
		}
	}
	if _, _, err := track.Read(b); err != io.EOF { //nolint:errorlint // it is what a reader expects
		t.Errorf("at the end: %v", err)
	}
	if began != 1 || stopped != 1 || all.early.Load() != 0 || len(all.open) != 0 {
		t.Errorf("began %d times, stopped %d times, %d bytes and %d streams are left", began, stopped, all.early.Load(), len(all.open))
	}
	if mime := track.Codec().MimeType; mime != webrtc.MimeTypeVP8 {
		t.Errorf("the codec is %q", mime)
	}
}

func TestAServerThatMakesUpStreamsFillsNoMemory(t *testing.T) {
	t.Parallel()
	var all streams
	for ssrc := range uint32(3 * maxStreams) {
		s := all.get(ssrc)
		for sequence := range uint16(4) {
			if _, err := s.Write(testPacket(t, ssrc, sequence, 1000)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(all.open) > maxStreams || all.early.Load() > maxEarlyBytes+2000 {
		t.Errorf("%d streams, %d bytes", len(all.open), all.early.Load())
	}
	all.closeAll()
	if len(all.open) != 0 || all.early.Load() != 0 {
		t.Errorf("%d streams, %d bytes are left", len(all.open), all.early.Load())
	}
}
