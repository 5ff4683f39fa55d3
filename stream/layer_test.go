package stream_test

import (
	"errors"
	"math"
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

func TestTrackAloneHasNoLayers(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	app := join(t)
	sub := app.NextSubscription(t)
	if _, err := stream.FromTrack(sub.Track, stream.WithLayer(stream.Layer{})); !errors.Is(err, stream.ErrNoLayers) {
		t.Errorf("FromTrack: %v, want ErrNoLayers", err)
	}
	s := mustOpen(t)(stream.FromTrack(sub.Track, stream.WithPLIWriter(sub.Participant.WritePLI)))
	if err := s.SetLayer(stream.Layer{Quality: stream.QualityLow}); !errors.Is(err, stream.ErrNoLayers) {
		t.Errorf("SetLayer: %v, want ErrNoLayers", err)
	}
	mustRead(t, s, 3)
}

func TestLayerThatMeansNothingIsRefused(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	app := join(t)
	s := app.fromPublisher(t)
	for _, layer := range []stream.Layer{
		{Quality: -1}, {Quality: stream.QualityOff + 1}, {Width: -1}, {Height: -1}, {MaxFrameRate: math.NaN()},
	} {
		if err := s.SetLayer(layer); err == nil {
			t.Errorf("SetLayer accepts %+v", layer)
		}
		rp := app.Participant(t, "publisher")
		if _, err := stream.FromParticipant(rp, camera, stream.WithLayer(layer)); err == nil {
			t.Errorf("WithLayer accepts %+v", layer)
		}
	}
	mustRead(t, s, 3)
}

func TestMuteCanBeRead(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	app := join(t)
	rp := app.Participant(t, "publisher")
	changes := make(chan struct{}, 10)
	rp.Callback.OnTrackMuted = func(lksdk.TrackPublication, lksdk.Participant) { changes <- struct{}{} }
	rp.Callback.OnTrackUnmuted = rp.Callback.OnTrackMuted
	s := app.fromPublisher(t)
	nothing := mustOpen(t)(stream.FromParticipant(rp, screenShare))
	for _, muted := range []bool{false, true, false} {
		if muted || s.Muted() {
			if err := p.SetMuted(muted); err != nil {
				t.Fatal(err)
			}
			mustReceive(t, changes, "muting")
		}
		if got := s.Muted(); got != muted {
			t.Errorf("Muted is %v, want %v", got, muted)
		}
		if nothing.Muted() {
			t.Error("a stream without a track is muted")
		}
		if !muted {
			mustRead(t, s, 10)
		}
	}
}
