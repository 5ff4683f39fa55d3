package room

import (
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
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
	for _, test := range []struct {
		criteria Criteria
		part     string
	}{
		{Criteria{Participant: "robot-1", Source: camera}, `a camera track of "robot-1"; in the room: "alice" (camera)`},
		{Criteria{}, "waiting for the media of track " + sid + ` (camera) of "alice": the publisher may not permit`},
	} {
		await(t, c.Changed, test.part, func() bool { return strings.Contains(c.Waiting(test.criteria), test.part) })
	}
	c.Close()
	if got := c.Waiting(Criteria{}); !strings.Contains(got, "not connected") {
		t.Errorf("got %s", got)
	}
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
