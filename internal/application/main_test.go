package application

import (
	"context"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const (
	camera      = livekit.TrackSource_CAMERA
	screenShare = livekit.TrackSource_SCREEN_SHARE
)

// server is what most tests use. A test that needs more of its server starts its own.
var server *devserver.Server

func TestMain(m *testing.M) { roomtest.Run(m, goleak.Find, &server) }

// newApplication is a program that joins a room with the SDK by itself.
func newApplication(t *testing.T, s *devserver.Server, autoSubscribe bool) *roomtest.Application {
	t.Helper()
	return roomtest.Join(t, s, lksdk.WithAutoSubscribe(autoSubscribe))
}

func selectParticipant(t *testing.T, rp *lksdk.RemoteParticipant, source livekit.TrackSource) room.Selector {
	t.Helper()
	s := SelectParticipant(rp, caps.Video, source)
	t.Cleanup(s.Close)
	return s
}

func setLayer(s room.Selector, layer caps.Layer) { s.Layers().SetLayer(layer, caps.QualityAuto) }

// mustNext returns the next Track after a packet of it has been read.
func mustNext(t *testing.T, s room.Selector) *room.Track {
	t.Helper()
	track, err := s.Next(roomtest.Patient(t))
	roomtest.Must(t, err)
	roomtest.MustRead(t, track)
	return track
}

// nextInBackground calls Next in a goroutine, for the error that it returns.
func nextInBackground(ctx context.Context, s room.Selector) <-chan error {
	errs := make(chan error, 1)
	go func() {
		_, err := s.Next(ctx)
		errs <- err
	}()
	return errs
}

func mustGet(t *testing.T, errs <-chan error) error {
	t.Helper()
	select {
	case err := <-errs:
		return err
	case <-roomtest.Patient(t).Done():
		t.Fatal("Next does not return")
		return nil
	}
}
