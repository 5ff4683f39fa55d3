package room

import (
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestCriteriaRead(t *testing.T) {
	t.Parallel()
	for want, criteria := range map[string]Criteria{
		"a video track":                 {},
		"an audio track":                {Kind: caps.Audio},
		`a microphone track of "alice"`: {Kind: caps.Audio, Source: livekit.TrackSource_MICROPHONE, Participant: "alice"},
		`a screen share audio track named "music" with SID TR_1`: {
			Kind: caps.Audio, Source: livekit.TrackSource_SCREEN_SHARE_AUDIO, TrackName: "music", TrackSID: "TR_1",
		},
	} {
		if got := criteria.String(); got != want {
			t.Errorf("%+v reads %q, want %q", criteria, got, want)
		}
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	offers := []Offer{
		{Identity: "bob", Joined: 2, SID: "TR_b", Source: camera, Name: "front"},
		{Identity: "alice", Joined: 3, SID: "TR_a2", Source: screenShare},
		{Identity: "alice", Joined: 3, SID: "TR_a3", Source: camera},
		{Identity: "alice", Joined: 3, SID: "TR_a1"},
	}
	for _, test := range []struct {
		name              string
		criteria          Criteria
		following, chosen string
		want              string
	}{
		{name: "who joined first", want: "TR_b"},
		{name: "who is followed", following: "alice", want: "TR_a3"},
		{name: "what was chosen", following: "alice", chosen: "TR_a1", want: "TR_a1"},
		{name: "what was chosen is gone", following: "alice", chosen: "TR_gone", want: "TR_a3"},
		{name: "who is followed offers nothing", criteria: Criteria{TrackName: "front"}, following: "alice"},
		{name: "participant", criteria: Criteria{Participant: "alice"}, want: "TR_a3"},
		{name: "source", criteria: Criteria{Source: screenShare}, want: "TR_a2"},
		{name: "SID", criteria: Criteria{TrackSID: "TR_a1"}, want: "TR_a1"},
		{name: "name", criteria: Criteria{TrackName: "front"}, want: "TR_b"},
		{name: "nobody", criteria: Criteria{Participant: "carol"}},
	} {
		got, ok := test.criteria.choose(offers, test.following, test.chosen)
		if got.SID != test.want || ok != (test.want != "") {
			t.Errorf("%s: got %q, want %q", test.name, got.SID, test.want)
		}
	}
}
