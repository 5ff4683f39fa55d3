package room

import (
	"errors"
	"io"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestSetCriteriaSwitchesTheTrack(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	bob := roomtest.NewPublisher(t, server, "bob").Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	alice := mustNext(t, s)
	s.SetCriteria(Criteria{Participant: "bob"})
	roomtest.MustEnd(t, alice)
	if track := mustNext(t, s); track.SID != bob {
		t.Errorf("got %s of %q", track.SID, track.Identity)
	}
	s.SetCriteria(Criteria{Participant: "alice"})
	if track := mustNext(t, s); track.SID != alice.SID {
		t.Errorf("back: got %s of %q", track.SID, track.Identity)
	}
}

func TestSetCriteriaKeepsATrackThatFits(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	track := mustNext(t, s)
	s.SetCriteria(Criteria{Participant: "alice", TrackSID: track.SID})
	select {
	case <-track.Lost():
		t.Error("the track has ended")
	default:
	}
	roomtest.MustRead(t, track)
}

func TestSetCriteriaWakesNext(t *testing.T) {
	t.Parallel()
	sid := roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "nobody"})
	next := nextInBackground(patient(t), s)
	s.SetCriteria(Criteria{Participant: "alice"})
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Errorf("got %+v", r)
	}
}

// TestTheParticipantOfATrackThatIsKeptIsSeenToLeave, whatever the criteria are by then: nobody else's track follows, and one that
// cannot come any more is not waited for.
func TestTheParticipantOfATrackThatIsKeptIsSeenToLeave(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(sid string) (before, after Criteria){
		"anybody":          func(string) (before, after Criteria) { return Criteria{Participant: "alice"}, Criteria{} },
		"anybody's camera": func(string) (before, after Criteria) { return Criteria{}, Criteria{Source: camera} },
		"this track":       func(sid string) (before, after Criteria) { return Criteria{}, Criteria{TrackSID: sid} },
		"this track of alice": func(sid string) (before, after Criteria) {
			return Criteria{TrackSID: sid}, Criteria{Participant: "alice"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alice := roomtest.NewPublisher(t, server, "alice")
			before, after := change(alice.Publish(camera, ""))
			s := mustSelect(t, mustJoin(t, config(t, server)), before)
			track := mustNext(t, s)
			roomtest.NewPublisher(t, server, "bob").Publish(camera, "")
			if s.SetCriteria(after) {
				t.Fatal("the track has ended")
			}
			alice.Leave()
			roomtest.MustEnd(t, track)
			next, err := s.Next(patient(t))
			if left := new(ParticipantLeftError); !errors.As(err, &left) || left.Identity != "alice" {
				t.Errorf("got %+v, %v", next, err)
			}
		})
	}
}

// The participant before may leave afterwards: it is no longer followed.
func TestSetCriteriaForgetsTheParticipantBefore(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	bob := roomtest.NewPublisher(t, server, "bob")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	mustNext(t, s)
	s.SetCriteria(Criteria{Participant: "bob"})
	next := nextInBackground(patient(t), s)
	alice.Leave()
	sid := bob.Publish(camera, "")
	r := mustGet(t, next)
	if r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
	s.Close()
	if _, err := s.Next(patient(t)); !errors.Is(err, ErrClosed) || errors.Is(err, io.EOF) {
		t.Errorf("after Close: %v", err)
	}
}
