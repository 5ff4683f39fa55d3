package application

import (
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestApplicationsTrackIsGivenBackWithEverything(t *testing.T) {
	t.Parallel()
	s, log := roomtest.StartLogging(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	alice := newApplication(t, s, true).Participant(t, "alice")
	one, two := selectParticipant(t, alice, camera), selectParticipant(t, alice, camera)
	setLayer(one, caps.Layer{Quality: caps.QualityLow, MaxFrameRate: 5})
	setLayer(two, caps.Layer{Quality: caps.QualityMedium})
	mustNext(t, one)
	log.Await(t, 1)
	track := mustNext(t, two)
	if got, want := log.Await(t, 2), (roomtest.Settings{Quality: "MEDIUM", FPS: room.Everything.FPS}); got != want {
		t.Errorf("told %+v, want %+v for both", got, want)
	}
	two.Close()
	if got, want := log.Await(t, 3), (roomtest.Settings{Quality: "LOW", FPS: 5}); got != want {
		t.Errorf("told %+v, want %+v for the one that is left", got, want)
	}
	one.Close()
	if got, want := log.Await(t, 4), (roomtest.Settings{Quality: "HIGH", FPS: room.Everything.FPS}); got != want {
		t.Errorf("told %+v, want %+v when nobody is left", got, want)
	}
	roomtest.MustEnd(t, track)
}

func TestApplicationThatDisabledItsTrackIsObeyed(t *testing.T) {
	t.Parallel()
	s, log := roomtest.StartLogging(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	alice := newApplication(t, s, true).Participant(t, "alice")
	selector := selectParticipant(t, alice, camera)
	mustNext(t, selector)
	pub, _ := alice.GetTrackPublication(camera).(*lksdk.RemoteTrackPublication)
	pub.SetEnabled(false)
	log.Await(t, 1)
	setLayer(selector, caps.Layer{Quality: caps.QualityLow})
	if got := log.Await(t, 2); !got.Disabled || got.Quality != "LOW" {
		t.Errorf("told %+v", got)
	}
}
