package room

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/rtcp"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const (
	camera      = livekit.TrackSource_CAMERA
	screenShare = livekit.TrackSource_SCREEN_SHARE
)

// isThere reports whether a participant is in the room.
func isThere(c *Connection, identity string) bool {
	return slices.ContainsFunc(c.sub.Participants(), func(info *livekit.ParticipantInfo) bool {
		return info.GetIdentity() == identity
	})
}

func TestNextReturnsTrackPublishedBeforeJoin(t *testing.T) {
	t.Parallel()
	sid := roomtest.NewPublisher(t, server, "alice").Publish(camera, "front")
	c := config(t, server)
	s := mustSelect(t, mustJoin(t, c), Criteria{Participant: "alice", Source: camera})
	track := mustNext(t, s)
	if track.Server != c.URL || track.Room != t.Name() {
		t.Errorf("it comes from room %q at %q", track.Room, track.Server)
	}
	if track.SID != sid || track.Identity != "alice" || track.Name != "front" || track.Source != camera ||
		track.MimeType != "video/VP8" || track.ParticipantSID == "" {
		t.Errorf("got %+v", track)
	}
	if info := track.TrackInfo(); info.GetSid() != sid || info.GetWidth() != 320 {
		t.Errorf("got %v", info)
	}
	if info := track.ParticipantInfo(); info.GetIdentity() != "alice" || len(info.GetTracks()) != 1 {
		t.Errorf("got %v", info)
	}
}

func TestNextReturnsTrackPublishedAfterJoin(t *testing.T) {
	t.Parallel()
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	next := nextInBackground(patient(t), s)
	sid := roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
}

func TestNextReturnsTrackAfterRepublish(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	for range 3 {
		track := mustNext(t, s)
		if track.SID != sid {
			t.Errorf("got %s, want %s", track.SID, sid)
		}
		alice.Unpublish(sid)
		sid = alice.Publish(camera, "")
		roomtest.MustEnd(t, track)
		<-track.Lost()
	}
	mustNext(t, s)
}

func TestTrackPublishedWhileAnotherEndsIsNotLost(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	first := alice.Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice", Source: camera})
	track := mustNext(t, s)
	second := alice.Publish(camera, "")
	alice.Unpublish(first)
	roomtest.MustEnd(t, track)
	if track := mustNext(t, s); track.SID != second {
		t.Errorf("got %s, want %s", track.SID, second)
	}
}

func TestNextReturnsSameTrackAfterPermissionWasWithdrawn(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	before := mustNext(t, s)
	alice.Permit(false)
	roomtest.MustEnd(t, before)
	next := nextInBackground(patient(t), s)
	alice.Permit(true)
	r := mustGet(t, next)
	if r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
	roomtest.MustRead(t, r.track)
	if r.track.SSRC() == before.SSRC() {
		t.Error("same SSRC")
	}
}

func TestNextReturnsTrackAgainAfterRelease(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	for range 5 {
		track := mustNext(t, s)
		if track.SID != sid {
			t.Fatalf("got %s", track.SID)
		}
		track.Release()
		track.Release()
		roomtest.MustEnd(t, track)
	}
}

func TestNextEndsTheTrackBefore(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	first := mustNext(t, s)
	second := mustNext(t, s)
	roomtest.MustEnd(t, first)
	roomtest.MustRead(t, second)
}

func TestNextReportsThatTheParticipantLeft(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	track := mustNext(t, s)
	alice.Leave()
	roomtest.MustEnd(t, track)
	_, err := s.Next(patient(t))
	var left *ParticipantLeftError
	if !errors.As(err, &left) || left.Identity != "alice" || !errors.Is(err, io.EOF) {
		t.Fatalf("got %v", err)
	}
	// Whoever was named is waited for again.
	next := nextInBackground(patient(t), s)
	sid := roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
}

func TestParticipantThatGaveNothingMayLeaveUnnoticed(t *testing.T) {
	t.Parallel()
	c := mustJoin(t, config(t, server))
	next := nextInBackground(patient(t), mustSelect(t, c, Criteria{Participant: "alice", Source: screenShare}))
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	await(t, c.Changed, "alice arriving", func() bool { return isThere(c, "alice") })
	alice.Leave()
	await(t, c.Changed, "alice leaving", func() bool { return !isThere(c, "alice") })
	sid := roomtest.NewPublisher(t, server, "alice").Publish(screenShare, "")
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
}

func TestWhoPublishesFirstIsFollowedUntilItLeaves(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	first := alice.Publish(camera, "")
	c := mustJoin(t, config(t, server))
	s := mustSelect(t, c, Criteria{})
	track := mustNext(t, s)
	bob := roomtest.NewPublisher(t, server, "bob").Publish(camera, "")

	alice.Unpublish(first)
	roomtest.MustEnd(t, track)
	next := nextInBackground(patient(t), s)
	again := alice.Publish(camera, "")
	r := mustGet(t, next)
	if r.err != nil || r.track.SID != again {
		t.Fatalf("got %+v", r)
	}

	alice.Leave()
	roomtest.MustEnd(t, r.track)
	var left *ParticipantLeftError
	if _, err := s.Next(patient(t)); !errors.As(err, &left) || left.Identity != "alice" {
		t.Fatalf("got %v", err)
	}
	if track := mustNext(t, s); track.SID != bob {
		t.Errorf("got %s, want %s", track.SID, bob)
	}
}

func TestSelectorsAreIndependent(t *testing.T) {
	t.Parallel()
	alice, bob := roomtest.NewPublisher(t, server, "alice"), roomtest.NewPublisher(t, server, "bob")
	a, b := alice.Publish(camera, ""), bob.Publish(camera, "")
	c := mustJoin(t, config(t, server))
	ofAlice, ofBob := mustSelect(t, c, Criteria{Participant: "alice"}), mustSelect(t, c, Criteria{Participant: "bob"})
	if track := mustNext(t, ofAlice); track.SID != a {
		t.Errorf("got %s, want %s", track.SID, a)
	}
	fromBob := mustNext(t, ofBob)
	if fromBob.SID != b {
		t.Errorf("got %s, want %s", fromBob.SID, b)
	}
	ofAlice.Close()
	for range 20 {
		roomtest.MustRead(t, fromBob)
	}
}

func TestTwoSelectorsShareATrack(t *testing.T) {
	t.Parallel()
	sid := roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	c := mustJoin(t, config(t, server))
	first, second := newServed(c, Criteria{Participant: "alice"}), mustSelect(t, c, Criteria{})
	one, two := mustNext(t, first), mustNext(t, second)
	if one.SID != sid || two.SID != sid {
		t.Fatalf("got %s and %s", one.SID, two.SID)
	}
	for range 20 {
		roomtest.MustRead(t, one)
		roomtest.MustRead(t, two)
	}
	first.Close()
	roomtest.MustEnd(t, one)
	for range 50 {
		roomtest.MustRead(t, two)
	}
	select {
	case <-two.Lost():
		t.Error("closing one selector ended the other's track")
	default:
	}
}

func TestCriteriaChooseAmongTracks(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	front, back, screen := alice.Publish(camera, "front"), alice.Publish(camera, "back"), alice.Publish(screenShare, "")
	c := mustJoin(t, config(t, server))
	for _, test := range []struct {
		criteria Criteria
		want     string
	}{
		{Criteria{Source: screenShare}, screen},
		{Criteria{TrackName: "back"}, back},
		{Criteria{TrackSID: front}, front},
		{Criteria{Source: camera}, min(front, back)},
		{Criteria{}, min(front, back)},
	} {
		s := newServed(c, test.criteria)
		if track := mustNext(t, s); track.SID != test.want {
			t.Errorf("%v: got %s, want %s", test.criteria, track.SID, test.want)
		}
		s.Close()
	}
}

func TestChosenTrackIsKeptAndReplacedOnlyWhenItGoes(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	chosen := alice.Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice", Source: camera})
	mustNext(t, s)
	for range 3 {
		alice.Publish(camera, "") // one of them has a lower SID, sooner or later
	}
	track := mustNext(t, s)
	if track.SID != chosen {
		t.Fatalf("got %s, want %s", track.SID, chosen)
	}
	alice.Unpublish(chosen)
	roomtest.MustEnd(t, track)
	if track := mustNext(t, s); track.SID == chosen {
		t.Error("got the unpublished track")
	}
}

func TestMuteIsToldAndTheTrackGoesOn(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.Publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	track := mustNext(t, s)
	alice.Mute(sid, true)
	await(t, track.Changed, "muting", track.Muted)
	alice.Mute(sid, false)
	await(t, track.Changed, "unmuting", func() bool { return !track.Muted() })
	roomtest.MustRead(t, track)
}

func TestCloseWakesNextAndRead(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	c := mustJoin(t, config(t, server))

	waiting := mustSelect(t, c, Criteria{Participant: "nobody"})
	next := nextInBackground(patient(t), waiting)
	waiting.Close()
	waiting.Close()
	if r := mustGet(t, next); !errors.Is(r.err, ErrClosed) {
		t.Errorf("got %v", r.err)
	}

	reading := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, reading)
	reading.Close()
	roomtest.MustEnd(t, track)
	if _, err := reading.Next(patient(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestClosingTheConnectionEndsItsSelectors(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	c := mustJoin(t, config(t, server))
	track := mustNext(t, mustSelect(t, c, Criteria{Participant: "alice"}))
	next := nextInBackground(patient(t), mustSelect(t, c, Criteria{Participant: "nobody"}))
	c.Close()
	c.Close()
	if r := mustGet(t, next); !errors.Is(r.err, ErrClosed) {
		t.Errorf("got %v", r.err)
	}
	roomtest.MustEnd(t, track)
	<-c.Done()
	if !errors.Is(c.Err(), ErrClosed) || c.State() != StateClosed {
		t.Errorf("%v, %v", c.State(), c.Err())
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	ctx, cancel := context.WithCancelCause(t.Context())
	next := nextInBackground(ctx, s)
	because := errors.New("enough")
	cancel(because)
	if r := mustGet(t, next); !errors.Is(r.err, because) {
		t.Errorf("got %v", r.err)
	}
	sid := roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	if track := mustNext(t, s); track.SID != sid {
		t.Errorf("got %s", track.SID)
	}
}

func TestNextIsForOneGoroutine(t *testing.T) {
	t.Parallel()
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	ctx, cancel := context.WithCancel(t.Context())
	one, other := nextInBackground(ctx, s), nextInBackground(ctx, s)
	var r result
	select {
	case r = <-one:
		one = other
	case r = <-other:
	}
	if !errors.Is(r.err, errConcurrentNext) {
		t.Errorf("got %v", r.err)
	}
	cancel()
	mustGet(t, one)
}

func TestAudioIsNotOffered(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.PublishOpus()
	sid := alice.Publish(camera, "")
	c := mustJoin(t, config(t, server))
	if track := mustNext(t, mustSelect(t, c, Criteria{})); track.SID != sid {
		t.Errorf("got %s", track.SID)
	}
	for of := range c.sub.Tracks() {
		if of != sid {
			t.Error("subscribed to audio")
		}
	}
}

func TestSenderReportsArrive(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	track := mustNext(t, mustSelect(t, mustJoin(t, config(t, server)), Criteria{}))
	reports := make(chan *rtcp.SenderReport, 10)
	track.OnSenderReport(func(r *rtcp.SenderReport, _ time.Time) { reports <- r })
	select {
	case r := <-reports:
		if r.SSRC != uint32(track.SSRC()) || r.NTPTime == 0 {
			t.Errorf("got %v", r)
		}
	case <-patient(t).Done():
		t.Fatal("none")
	}
	// Whoever comes later learns of the last one at once.
	track.OnSenderReport(func(r *rtcp.SenderReport, _ time.Time) { reports <- r })
	<-reports
}
