package room

import (
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testproxy"
)

func TestWaitingSentence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		criteria Criteria
		people   []person
		want     string
	}{
		{Criteria{}, nil, "waiting for a video track; nobody else is in the room"},
		{
			Criteria{Participant: "robot-1", Source: livekit.TrackSource_CAMERA},
			[]person{{"bob", []string{"screen share", "camera"}}, {"alice", []string{"microphone"}}, {"carol", nil}},
			`waiting for a camera track of "robot-1"; in the room: "alice" (microphone), "bob" (camera, screen share), ` +
				`"carol" (publishes nothing)`,
		},
		{
			Criteria{Source: livekit.TrackSource_SCREEN_SHARE, TrackName: "slides", TrackSID: "TR_1"},
			[]person{{"alice", []string{"camera, muted"}}},
			`waiting for a screen share track named "slides" with SID TR_1; in the room: "alice" (camera, muted)`,
		},
	} {
		if got := waitingSentence(test.criteria, test.people); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestWaitingSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	c := mustJoin(t, config(t, server))
	awaitWaiting(t, c, Criteria{Participant: "robot-1", Source: camera}, `a camera track of "robot-1"; in the room: "alice" (camera)`)
	awaitWaiting(t, c, Criteria{},
		"waiting for the media of track "+sid+` (camera) of "alice": the publisher has not sent anything yet, or does not permit us to receive it`)
	c.Close()
	if got := c.Waiting(Criteria{}); !strings.Contains(got, "not connected") {
		t.Errorf("got %s", got)
	}
}

func awaitWaiting(t *testing.T, c *Connection, criteria Criteria, part string) {
	t.Helper()
	await(t, c.Changed, part, func() bool { return strings.Contains(c.Waiting(criteria), part) })
}

// TestWaitingSaysWhyMediaDoesNotCome has a track that was subscribed to.
func TestWaitingSaysWhyMediaDoesNotCome(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	c := mustJoin(t, config(t, server))
	selector := mustSelect(t, c, Criteria{})
	mustNext(t, selector)
	alice.Mute(sid, true)
	awaitWaiting(t, c, Criteria{}, `of "alice": it is muted`)
	alice.Permit(false)
	awaitWaiting(t, c, Criteria{}, `of "alice": the publisher does not permit us to receive it`)
	alice.Permit(true)
	awaitWaiting(t, c, Criteria{}, `of "alice": it is muted`)
	api := lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)
	if _, err := api.UpdateParticipant(patient(t), &livekit.UpdateParticipantRequest{
		Room: t.Name(), Identity: c.Identity(), Permission: &livekit.ParticipantPermission{},
	}); err != nil {
		t.Fatal(err)
	}
	awaitWaiting(t, c, Criteria{}, `of "alice": our permission to subscribe was withdrawn`)
}

// TestWaitingSaysWhyTheServerDoesNotSendATrack has the server say what takes it a minute, or what it says of codecs that we did not
// offer, and we offer all.
func TestWaitingSaysWhyTheServerDoesNotSendATrack(t *testing.T) {
	t.Parallel()
	sid := roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	r := testproxy.Start(t, server, testproxy.Hooks{})
	config := config(t, server)
	config.URL = r.URL
	c := mustJoin(t, config)
	for why, part := range map[livekit.SubscriptionError]string{
		livekit.SubscriptionError_SE_CODEC_UNSUPPORTED: `of "alice": the server does not send video/VP8 to us`,
		livekit.SubscriptionError_SE_TRACK_NOTFOUND:    `of "alice": the server does not find it`,
	} {
		r.Say(t, &livekit.SignalResponse{Message: &livekit.SignalResponse_SubscriptionResponse{
			SubscriptionResponse: &livekit.SubscriptionResponse{TrackSid: sid, Err: why},
		}})
		awaitWaiting(t, c, Criteria{}, part)
	}
}

func TestWaitingSaysThatTheServerHasPausedATrack(t *testing.T) {
	t.Parallel()
	sid := roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	r := testproxy.Start(t, server, testproxy.Hooks{})
	config := config(t, server)
	config.URL = r.URL
	c := mustJoin(t, config)
	mustNext(t, mustSelect(t, c, Criteria{}))
	r.Say(t, &livekit.SignalResponse{Message: &livekit.SignalResponse_StreamStateUpdate{
		StreamStateUpdate: &livekit.StreamStateUpdate{StreamStates: []*livekit.StreamStateInfo{
			{TrackSid: sid, State: livekit.StreamState_PAUSED},
		}},
	}})
	awaitWaiting(t, c, Criteria{}, `of "alice": the server has paused it, because the path from it is too narrow`)
}

func TestOfferedFollowsWhatIsPublished(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	c := mustJoin(t, config(t, server))
	if c.Offered(Criteria{}) {
		t.Error("a track is offered before one is published")
	}
	sid := alice.Publish(camera, "")
	await(t, c.Changed, "the offer", func() bool { return c.Offered(Criteria{Participant: "alice", Source: camera}) })
	if c.Offered(Criteria{Source: screenShare}) {
		t.Error("a camera is offered as a screen share")
	}
	alice.Mute(sid, true)
	await(t, c.Changed, "the mute", func() bool { return !c.Offered(Criteria{}) })
	alice.Mute(sid, false)
	await(t, c.Changed, "the end of the mute", func() bool { return c.Offered(Criteria{}) })
	alice.Unpublish(sid)
	await(t, c.Changed, "the end of the offer", func() bool { return !c.Offered(Criteria{}) })
	alice.Publish(camera, "")
	await(t, c.Changed, "another offer", func() bool { return c.Offered(Criteria{}) })
	c.Close()
	if c.Offered(Criteria{}) {
		t.Error("a track is offered in a room that was left")
	}
}
