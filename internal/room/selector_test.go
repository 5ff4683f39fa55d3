package room

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
)

const (
	camera      = livekit.TrackSource_CAMERA
	screenShare = livekit.TrackSource_SCREEN_SHARE
)

func TestNextReturnsTrackPublishedBeforeJoin(t *testing.T) {
	t.Parallel()
	sid := newPublisher(t, server, "alice").publish(camera, "front")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice", Source: camera})
	track := mustNext(t, s)
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
	sid := newPublisher(t, server, "alice").publish(camera, "")
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
}

func TestNextReturnsTrackAfterRepublish(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	sid := alice.publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	for range 3 {
		track := mustNext(t, s)
		if track.SID != sid {
			t.Errorf("got %s, want %s", track.SID, sid)
		}
		alice.unpublish(sid)
		sid = alice.publish(camera, "")
		mustEnd(t, track)
		<-track.Lost()
	}
	mustNext(t, s)
}

func TestTrackPublishedWhileAnotherEndsIsNotLost(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	first := alice.publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice", Source: camera})
	track := mustNext(t, s)
	second := alice.publish(camera, "")
	alice.unpublish(first)
	mustEnd(t, track)
	if track := mustNext(t, s); track.SID != second {
		t.Errorf("got %s, want %s", track.SID, second)
	}
}

func TestNextReturnsSameTrackAfterPermissionWasWithdrawn(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	sid := alice.publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	before := mustNext(t, s)
	alice.permit(false)
	mustEnd(t, before)
	next := nextInBackground(patient(t), s)
	alice.permit(true)
	r := mustGet(t, next)
	if r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
	mustRead(t, r.track)
	if r.track.SSRC() == before.SSRC() {
		t.Error("same SSRC")
	}
}

func TestNextReturnsTrackAgainAfterRelease(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	sid := alice.publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	for range 5 {
		track := mustNext(t, s)
		if track.SID != sid {
			t.Fatalf("got %s", track.SID)
		}
		track.Release()
		track.Release()
		mustEnd(t, track)
	}
}

func TestNextEndsTheTrackBefore(t *testing.T) {
	t.Parallel()
	newPublisher(t, server, "alice").publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	first := mustNext(t, s)
	second := mustNext(t, s)
	mustEnd(t, first)
	mustRead(t, second)
}

func TestNextReportsThatTheParticipantLeft(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	alice.publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice"})
	track := mustNext(t, s)
	alice.leave()
	mustEnd(t, track)
	_, err := s.Next(patient(t))
	var left *ParticipantLeftError
	if !errors.As(err, &left) || left.Identity != "alice" || !errors.Is(err, io.EOF) {
		t.Fatalf("got %v", err)
	}
	// Whoever was named is waited for again.
	next := nextInBackground(patient(t), s)
	sid := newPublisher(t, server, "alice").publish(camera, "")
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
}

func TestParticipantThatGaveNothingMayLeaveUnnoticed(t *testing.T) {
	t.Parallel()
	c := mustJoin(t, config(t, server))
	next := nextInBackground(patient(t), mustSelect(t, c, Criteria{Participant: "alice", Source: screenShare}))
	alice := newPublisher(t, server, "alice")
	alice.publish(camera, "")
	await(t, c.Changed, "alice arriving", func() bool { return c.sdk.GetParticipantByIdentity("alice") != nil })
	alice.leave()
	await(t, c.Changed, "alice leaving", func() bool { return c.sdk.GetParticipantByIdentity("alice") == nil })
	sid := newPublisher(t, server, "alice").publish(screenShare, "")
	if r := mustGet(t, next); r.err != nil || r.track.SID != sid {
		t.Fatalf("got %+v", r)
	}
}

func TestWhoPublishesFirstIsFollowedUntilItLeaves(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	first := alice.publish(camera, "")
	c := mustJoin(t, config(t, server))
	s := mustSelect(t, c, Criteria{})
	track := mustNext(t, s)
	bob := newPublisher(t, server, "bob").publish(camera, "")

	alice.unpublish(first)
	mustEnd(t, track)
	next := nextInBackground(patient(t), s)
	again := alice.publish(camera, "")
	r := mustGet(t, next)
	if r.err != nil || r.track.SID != again {
		t.Fatalf("got %+v", r)
	}

	alice.leave()
	mustEnd(t, r.track)
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
	alice, bob := newPublisher(t, server, "alice"), newPublisher(t, server, "bob")
	a, b := alice.publish(camera, ""), bob.publish(camera, "")
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
		mustRead(t, fromBob)
	}
}

func TestTwoSelectorsShareATrack(t *testing.T) {
	t.Parallel()
	sid := newPublisher(t, server, "alice").publish(camera, "")
	c := mustJoin(t, config(t, server))
	first, second := newServed(c, Criteria{Participant: "alice"}), mustSelect(t, c, Criteria{})
	one, two := mustNext(t, first), mustNext(t, second)
	if one.SID != sid || two.SID != sid {
		t.Fatalf("got %s and %s", one.SID, two.SID)
	}
	for range 20 {
		mustRead(t, one)
		mustRead(t, two)
	}
	first.Close()
	mustEnd(t, one)
	for range 50 {
		mustRead(t, two)
	}
	select {
	case <-two.Lost():
		t.Error("closing one selector ended the other's track")
	default:
	}
}

func TestCriteriaChooseAmongTracks(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	front, back, screen := alice.publish(camera, "front"), alice.publish(camera, "back"), alice.publish(screenShare, "")
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
	alice := newPublisher(t, server, "alice")
	chosen := alice.publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Participant: "alice", Source: camera})
	mustNext(t, s)
	for range 3 {
		alice.publish(camera, "") // one of them has a lower SID, sooner or later
	}
	track := mustNext(t, s)
	if track.SID != chosen {
		t.Fatalf("got %s, want %s", track.SID, chosen)
	}
	alice.unpublish(chosen)
	mustEnd(t, track)
	if track := mustNext(t, s); track.SID == chosen {
		t.Error("got the unpublished track")
	}
}

func TestMuteIsToldAndTheTrackGoesOn(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	sid := alice.publish(camera, "")
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	track := mustNext(t, s)
	alice.mute(sid, true)
	await(t, track.Changed, "muting", track.Muted)
	alice.mute(sid, false)
	await(t, track.Changed, "unmuting", func() bool { return !track.Muted() })
	mustRead(t, track)
}

func TestCloseWakesNextAndRead(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	alice.publish(camera, "")
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
	mustEnd(t, track)
	if _, err := reading.Next(patient(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestClosingTheConnectionEndsItsSelectors(t *testing.T) {
	t.Parallel()
	alice := newPublisher(t, server, "alice")
	alice.publish(camera, "")
	c := mustJoin(t, config(t, server))
	track := mustNext(t, mustSelect(t, c, Criteria{Participant: "alice"}))
	next := nextInBackground(patient(t), mustSelect(t, c, Criteria{Participant: "nobody"}))
	c.Close()
	c.Close()
	if r := mustGet(t, next); !errors.Is(r.err, ErrClosed) {
		t.Errorf("got %v", r.err)
	}
	mustEnd(t, track)
	<-c.Done()
	if !errors.Is(c.Err(), ErrClosed) || c.State() != StateClosed {
		t.Errorf("%v, %v", c.State(), c.Err())
	}
	if n := c.peers.count(); n != 0 {
		t.Errorf("%d peer connections are open", n)
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
	sid := newPublisher(t, server, "alice").publish(camera, "")
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
	alice := newPublisher(t, server, "alice")
	alice.publishOpus()
	sid := alice.publish(camera, "")
	c := mustJoin(t, config(t, server))
	if track := mustNext(t, mustSelect(t, c, Criteria{})); track.SID != sid {
		t.Errorf("got %s", track.SID)
	}
	for _, p := range c.publications() {
		if p.Kind() == lksdk.TrackKindAudio && p.TrackRemote() != nil {
			t.Error("subscribed to audio")
		}
	}
}

func TestSenderReportsArrive(t *testing.T) {
	t.Parallel()
	newPublisher(t, server, "alice").publish(camera, "")
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
