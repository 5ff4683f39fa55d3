package roomtest

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/pion/interceptor"
)

// Packets is a track that is read like a *webrtc.TrackRemote.
type Packets interface {
	Read(b []byte) (int, interceptor.Attributes, error)
	SetReadDeadline(deadline time.Time) error
}

// MustRead reads a packet.
func MustRead(t testing.TB, track Packets) {
	t.Helper()
	Must(t, track.SetReadDeadline(time.Now().Add(Patience)))
	if _, _, err := track.Read(make([]byte, 2000)); err != nil {
		t.Fatalf("read a packet: %v", err)
	}
}

// MustEnd reads what is left of a track.
func MustEnd(t testing.TB, track Packets) {
	t.Helper()
	Must(t, track.SetReadDeadline(time.Now().Add(Patience)))
	for b := make([]byte, 2000); ; {
		_, _, err := track.Read(b)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the track does not end: %v", err)
		}
	}
}
