package application

import (
	"errors"
	"io"
	"sync/atomic"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestApplicationsParticipantGivesItsTracks(t *testing.T) {
	t.Parallel()
	for name, autoSubscribe := range map[string]bool{"subscribed by the room": true, "subscribed by us": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alice := roomtest.NewPublisher(t, server, "alice")
			sid := alice.Publish(camera, "")
			s := selectParticipant(t, newApplication(t, server, autoSubscribe).Participant(t, "alice"), camera)
			for range 3 {
				track := mustNext(t, s)
				if track.SID != sid || track.Identity != "alice" {
					t.Errorf("got %s of %q, want %s", track.SID, track.Identity, sid)
				}
				track.RequestKeyFrame()
				alice.Unpublish(sid)
				sid = alice.Publish(camera, "")
				roomtest.MustEnd(t, track)
			}
			track := mustNext(t, s)
			alice.Leave()
			roomtest.MustEnd(t, track)
			for range 2 {
				_, err := s.Next(roomtest.Patient(t))
				if left := new(room.ParticipantLeftError); !errors.As(err, &left) || left.Identity != "alice" {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

func TestSelectorsOfOneParticipantShareATrack(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	alice := newApplication(t, server, true).Participant(t, "alice")
	first, second := SelectParticipant(alice, caps.Video, camera), selectParticipant(t, alice, camera)
	one, two := mustNext(t, first), mustNext(t, second)
	first.Close()
	roomtest.MustEnd(t, one)
	for range 50 {
		roomtest.MustRead(t, two)
	}
}

func TestApplicationsCallbacksStillRunAndComeBack(t *testing.T) {
	t.Parallel()
	app := newApplication(t, server, true)
	alice := roomtest.NewPublisher(t, server, "alice")
	rp := app.Participant(t, "alice")
	var published, others atomic.Int32
	rp.Callback.OnTrackPublished = func(*lksdk.RemoteTrackPublication, *lksdk.RemoteParticipant) { published.Add(1) }
	first, second := SelectParticipant(rp, caps.Video, camera), SelectParticipant(rp, caps.Video, camera)
	sid := alice.Publish(camera, "")
	mustNext(t, first)
	if n := published.Load(); n != 1 {
		t.Errorf("called %d times", n)
	}
	first.Close()
	second.Close()
	alice.Unpublish(sid)

	// Whoever took the place keeps it.
	third := SelectParticipant(rp, caps.Video, camera)
	rp.Callback.OnTrackPublished = func(*lksdk.RemoteTrackPublication, *lksdk.RemoteParticipant) { others.Add(1) }
	third.Close()
	rp.Callback.OnTrackPublished(nil, nil)
	if others.Load() != 1 || published.Load() != 1 {
		t.Errorf("called %d and %d times", others.Load(), published.Load())
	}
}

func TestApplicationsTrackGivesItsPacketsAndEnds(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	app := newApplication(t, server, true)
	rp := app.Participant(t, "alice")
	var pub *lksdk.RemoteTrackPublication
	app.Await(t, "subscribing", func() bool {
		pub, _ = rp.GetTrackPublication(camera).(*lksdk.RemoteTrackPublication)
		return pub != nil && pub.TrackRemote() != nil
	})
	var requested atomic.Uint32
	s := SelectTrack(pub.TrackRemote(), pub.Receiver(), func(ssrc webrtc.SSRC) { requested.Store(uint32(ssrc)) })
	defer s.Close()
	track := mustNext(t, s)
	track.RequestKeyFrame()
	if requested.Load() != uint32(track.SSRC()) {
		t.Error("no key frame was asked for")
	}
	if _, ok := track.HeaderExtension("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"); !ok {
		t.Error("abs-capture-time was not negotiated")
	}
	if track.Muted() || track.TrackInfo() != nil || track.ParticipantInfo() != nil {
		t.Error("a single track knows too much")
	}
	if s.Layers() != nil {
		t.Error("a single track has layers to choose from")
	}
	// Giving it up and taking it again is possible as long as it lives.
	s.Close()
	roomtest.MustEnd(t, track)
	s = SelectTrack(pub.TrackRemote(), nil, nil)
	defer s.Close()
	track = mustNext(t, s)
	track.RequestKeyFrame()
	alice.Unpublish(sid)
	roomtest.MustEnd(t, track)
	for range 2 {
		if _, err := s.Next(roomtest.Patient(t)); !errors.Is(err, io.EOF) {
			t.Errorf("got %v", err)
		}
	}
}

func TestApplicationsParticipantMayLeaveWithoutHavingPublished(t *testing.T) {
	t.Parallel()
	app := newApplication(t, server, true)
	alice := roomtest.NewPublisher(t, server, "alice")
	next := nextInBackground(roomtest.Patient(t), selectParticipant(t, app.Participant(t, "alice"), camera))
	alice.Leave()
	err := mustGet(t, next)
	if left := new(room.ParticipantLeftError); !errors.Is(err, io.EOF) || !errors.As(err, &left) {
		t.Errorf("got %v", err)
	}
}

func TestClosingTheApplicationsRoomEndsItsSelectors(t *testing.T) {
	t.Parallel()
	app := newApplication(t, server, true)
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	alice := app.Participant(t, "alice")
	reading, waiting := selectParticipant(t, alice, camera), selectParticipant(t, alice, screenShare)
	track := mustNext(t, reading)
	next := nextInBackground(roomtest.Patient(t), waiting)
	app.Room.Disconnect()
	roomtest.MustEnd(t, track)
	for _, err := range []error{mustGet(t, next), mustGet(t, nextInBackground(roomtest.Patient(t), reading))} {
		if !errors.Is(err, room.ErrRoomClosed) || !errors.Is(err, io.EOF) {
			t.Errorf("got %v", err)
		}
	}
}

// An SDK that hides these fields differently costs us what package sdk lists; better to know.
func TestTheSDKHasTheFieldsThatWeRead(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice")
	app := newApplication(t, server, true)
	rp := app.Participant(t, "alice")
	if sdk.EngineOfRoom(app.Room) == nil || sdk.EngineOf(rp) != sdk.EngineOfRoom(app.Room) || sdk.RoomCallbackOf(rp) == nil {
		t.Error("engine or roomCallback is missing")
	}
	sdk.WithInfo(rp, func(info *livekit.ParticipantInfo) {
		if info.GetIdentity() != "alice" {
			t.Errorf("got %v", info)
		}
	})
	if at := joinedAt(rp); at == 0 || at != subscriber.JoinedAt(participantInfo(rp)) || participantInfo(rp).GetVersion() == 0 {
		t.Error("the participant's information is not complete")
	}
	if info := publicInfo(rp); info.GetIdentity() != "alice" || info.GetSid() != rp.SID() {
		t.Errorf("got %v", info)
	}
}
