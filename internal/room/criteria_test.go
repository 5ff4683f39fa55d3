package room

import "testing"

func TestChoose(t *testing.T) {
	t.Parallel()
	offers := []offer{
		{identity: "bob", joined: 2, sid: "TR_b", source: camera, name: "front"},
		{identity: "alice", joined: 3, sid: "TR_a2", source: screenShare},
		{identity: "alice", joined: 3, sid: "TR_a3", source: camera},
		{identity: "alice", joined: 3, sid: "TR_a1"},
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
		if got.sid != test.want || ok != (test.want != "") {
			t.Errorf("%s: got %q, want %q", test.name, got.sid, test.want)
		}
	}
}
