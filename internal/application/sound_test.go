package application

import (
	"errors"
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// mustBeOpus checks what is known of a track of Opus after each of some packets.
func mustBeOpus(t *testing.T, track *room.Track, redundant bool) {
	t.Helper()
	for range 20 {
		roomtest.MustRead(t, track)
		codec := track.Codec()
		payloadType, is := track.Redundancy()
		if !strings.EqualFold(codec.MimeType, webrtc.MimeTypeOpus) || codec.ClockRate != 48000 || codec.PayloadType != 111 ||
			!strings.EqualFold(track.MimeType, webrtc.MimeTypeOpus) || track.Kind != caps.Audio {
			t.Fatalf("a track of %v, %s, %+v", track.Kind, track.MimeType, codec)
		}
		if is != redundant || is && payloadType != 63 {
			t.Fatalf("redundancy %v, %d", is, payloadType)
		}
	}
	if track.CanRequestPackets() {
		t.Error("packets can be requested")
	}
}

func TestApplicationsParticipantGivesItsSound(t *testing.T) {
	t.Parallel()
	for name, redundant := range map[string]bool{"redundant": true, "single": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alice := roomtest.NewRedundantPublisher(t, server, "alice")
			sid := alice.PublishRedundant()
			var options []lksdk.ConnectOption
			if redundant {
				options = append(options, roomtest.WithRedundancy())
			}
			app := roomtest.Join(t, server, options...)
			rp := app.Participant(t, "alice")
			s := SelectParticipant(rp, caps.Audio, livekit.TrackSource_UNKNOWN)
			defer s.Close()
			if s.Layers() != nil {
				t.Error("sound has layers to choose from")
			}
			track := mustNext(t, s)
			if track.SID != sid {
				t.Errorf("got %s, want %s", track.SID, sid)
			}
			mustBeOpus(t, track, redundant)
			alice.Unpublish(sid)
			roomtest.MustEnd(t, track)
			alice.PublishRedundant()
			track = mustNext(t, s)
			alice.Leave()
			roomtest.MustEnd(t, track)
			_, err := s.Next(roomtest.Patient(t))
			if left := new(room.ParticipantLeftError); !errors.As(err, &left) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestApplicationsTrackOfSound(t *testing.T) {
	t.Parallel()
	roomtest.NewRedundantPublisher(t, server, "alice").PublishRedundant()
	app := roomtest.Join(t, server, roomtest.WithRedundancy())
	subscription := app.NextSubscription(t)
	for name, receiver := range map[string]*webrtc.RTPReceiver{"with": receiverOf(t, subscription), "without": nil} {
		s := SelectTrack(subscription.Track, receiver, func(webrtc.SSRC) { t.Errorf("%s its receiver: a key frame of sound was asked for", name) })
		track := mustNext(t, s)
		mustBeOpus(t, track, true)
		track.RequestKeyFrame()
		track.RequestPackets([]uint16{1})
		s.Close()
	}
}

// receiverOf returns what receives a subscription.
func receiverOf(t *testing.T, s roomtest.Subscription) *webrtc.RTPReceiver {
	t.Helper()
	for _, p := range s.Participant.TrackPublications() {
		if pub, ok := p.(*lksdk.RemoteTrackPublication); ok && pub.TrackRemote() == s.Track {
			return pub.Receiver()
		}
	}
	t.Fatal("the track is not published")
	return nil
}
