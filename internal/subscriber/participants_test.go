package subscriber

import (
	"testing"

	"github.com/livekit/protocol/livekit"
)

func TestParticipantsAreOneForEachIdentity(t *testing.T) {
	t.Parallel()
	const gone = livekit.ParticipantInfo_DISCONNECTED
	first := &livekit.ParticipantInfo{Identity: "robot", Sid: "PA_1", JoinedAtMs: 1000, Version: 5}
	second := &livekit.ParticipantInfo{Identity: "robot", Sid: "PA_2", JoinedAtMs: 2000}
	for name, test := range map[string]struct {
		updates []*livekit.ParticipantInfo
		want    string // SID of the robot, "" if it is not there
	}{
		"joined":                            {[]*livekit.ParticipantInfo{first}, "PA_1"},
		"left":                              {[]*livekit.ParticipantInfo{first, {Identity: "robot", Sid: "PA_1", State: gone}}, ""},
		"crashed and joined again":          {[]*livekit.ParticipantInfo{first, second}, "PA_2"},
		"the crash is noticed afterwards":   {[]*livekit.ParticipantInfo{first, second, {Identity: "robot", Sid: "PA_1", State: gone}}, "PA_2"},
		"something old comes late":          {[]*livekit.ParticipantInfo{second, first}, "PA_2"},
		"an old server knows only seconds":  {[]*livekit.ParticipantInfo{{Identity: "robot", Sid: "PA_1", JoinedAt: 1}, {Identity: "robot", Sid: "PA_2", JoinedAt: 2}}, "PA_2"},
		"an older version of the same":      {[]*livekit.ParticipantInfo{first, {Identity: "robot", Sid: "PA_1", Version: 4, State: livekit.ParticipantInfo_JOINED}}, "PA_1"},
		"left, and joined again by then":    {[]*livekit.ParticipantInfo{first, {Identity: "robot", Sid: "PA_1", State: gone}, second}, "PA_2"},
		"the second one leaves":             {[]*livekit.ParticipantInfo{first, second, {Identity: "robot", Sid: "PA_2", State: gone}}, ""},
		"our own session before this one":   {[]*livekit.ParticipantInfo{{Identity: "us", Sid: "PA_before"}}, ""},
		"another one with the same seconds": {[]*livekit.ParticipantInfo{{Identity: "robot", Sid: "PA_1"}, {Identity: "robot", Sid: "PA_2"}}, "PA_2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			us := &livekit.ParticipantInfo{Identity: "us", Sid: "PA_us"}
			p := make(participants)
			for _, update := range test.updates {
				we, err := p.update([]*livekit.ParticipantInfo{update}, us)
				if err != nil || we != us {
					t.Fatalf("got %v, %v", we, err)
				}
			}
			if got := p["robot"].GetSid(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if p["robot"].GetState() == livekit.ParticipantInfo_JOINED {
				t.Error("the older version counts")
			}
			if p["us"] != nil {
				t.Error("we are among the others")
			}
		})
	}
}
