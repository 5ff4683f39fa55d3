package base

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/room"
)

// start makes the tracks of a run that finds that connection.
func startTracks(s settings, c *fakeConnection) (t *tracks, e *ear, stop func()) {
	e = &ear{}
	r := newReport(e, s)
	t = newTracks(e, s, r)
	t.CriteriaSelector = fakeSelector{from: c}
	t.connect = func(context.Context) (connection, error) { return c, nil }
	return t, e, func() {
		t.Close()
		r.stop()
	}
}

func warnings(lines []string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return len(line) < 8 || line[:8] != "warning:" })
}

func TestOnTrackLost(t *testing.T) {
	var (
		left    = &room.ParticipantLeftError{Identity: "alice"}
		deleted = &room.DisconnectedError{Room: "demo", Reason: livekit.DisconnectReason_ROOM_DELETED}
		gone    = &room.DisconnectedError{Room: "demo", Reason: livekit.DisconnectReason_SIGNAL_CLOSE}
		silent  = &room.DisconnectedError{
			Room: "demo", Reason: livekit.DisconnectReason_SIGNAL_CLOSE, Err: fmt.Errorf("not joined again: %w", context.DeadlineExceeded),
		}
		second = newTrack("TR_2")
		alice  = room.Criteria{Participant: "alice"}
	)
	for name, row := range map[string]struct {
		settings settings
		then     []any                              // what comes after the first track
		before   func(t *tracks, c *fakeConnection) // what happens while it is received
		want     string                             // the error, empty for the second track
		warns    string
	}{
		"WaitTakesTheNext":          {settings{}, []any{second}, nil, "", ""},
		"EOSEnds":                   {settings{onTrackLost: lostEOS}, []any{second}, nil, io.EOF.Error(), ""},
		"ErrorFails":                {settings{onTrackLost: lostError}, nil, nil, `track TR_1 of "alice" ended`, ""},
		"ErrorSaysWhoLeft":          {settings{onTrackLost: lostError}, []any{left}, nil, left.Error(), ""},
		"ErrorSaysWhoEndedIt":       {settings{onTrackLost: lostError}, []any{left, deleted}, nil, deleted.Error(), ""},
		"LeavingEnds":               {settings{}, []any{left, second}, nil, io.EOF.Error(), ""},
		"LeavingEndsWhoMayReturn":   {settings{criteria: alice}, []any{left, second}, nil, io.EOF.Error(), ""},
		"LeavingOfAnybodyEnds":      {settings{onTrackLostSet: true}, []any{left, second}, nil, io.EOF.Error(), ""},
		"WaitThatWasSaidWaits":      {settings{onTrackLostSet: true, criteria: alice}, []any{left, second}, nil, "", ""},
		"DeletedRoomEnds":           {settings{}, []any{deleted}, nil, io.EOF.Error(), "warning: ended: " + deleted.Error()},
		"DeletedRoomEndsWaitingToo": {settings{onTrackLostSet: true, criteria: alice}, []any{left, deleted}, nil, io.EOF.Error(), "warning: ended: " + deleted.Error()},
		"DeletedRoomIsAnError":      {settings{onTrackLost: lostError}, []any{deleted}, nil, deleted.Error(), ""},
		"LostServerIsAnError":       {settings{}, []any{gone}, nil, gone.Error(), ""},
		"SilentServerIsAnError":     {settings{}, []any{silent}, nil, silent.Error(), ""},
		"SilentServerIsNoTimeout":   {settings{trackTimeout: time.Minute}, []any{silent}, nil, silent.Error(), ""},
		"SilentServerIsNoEOS":       {settings{onTrackLost: lostEOS}, []any{silent}, nil, silent.Error(), ""},
		"SilentServerIsNoLostTrack": {settings{onTrackLost: lostError}, []any{silent}, nil, silent.Error(), ""},
		"ReconnectLosesNothing": {settings{onTrackLost: lostEOS}, []any{second}, func(_ *tracks, c *fakeConnection) {
			c.change(func() { c.state = room.StateReconnecting })
		}, "", ""},
		"AnotherChoiceLosesNothing": {settings{onTrackLost: lostError}, []any{second}, func(t *tracks, c *fakeConnection) {
			c.moves = true
			t.SetCriteria(alice)
		}, "", ""},
		"ChoiceThatFitsLosesIt": {settings{onTrackLost: lostEOS}, []any{second}, func(t *tracks, _ *fakeConnection) {
			t.SetCriteria(alice)
		}, io.EOF.Error(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newFakeConnection(newTrack("TR_1"))
				tracks, e, stop := startTracks(row.settings, c)
				defer stop()
				if _, err := tracks.Next(t.Context()); err != nil {
					t.Fatal(err)
				}
				if row.before != nil {
					row.before(tracks, c)
				}
				for _, next := range row.then {
					c.next <- next
				}
				track, err := tracks.Next(t.Context())
				switch {
				case row.want == "" && (err != nil || track.SID != "TR_2"):
					t.Errorf("gives %v and %v, want the second track", track, err)
				case row.want != "" && (err == nil || err.Error() != row.want):
					t.Errorf("ends with %v, want %s", err, row.want)
				}
				var want []string
				if row.warns != "" {
					want = []string{row.warns}
				}
				if got := warnings(e.heard()); !slices.Equal(got, want) {
					t.Errorf("warns of %q, want %q", got, want)
				}
			})
		})
	}
}

func TestTrackTimeoutIsSharedByTracksWithoutPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracks, e, stop := startTracks(settings{trackTimeout: 25 * time.Second}, newFakeConnection(newTrack("TR_1")))
		defer stop()
		start := time.Now()
		if _, err := tracks.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		_, err := tracks.Next(t.Context())
		var timeout *trackTimeoutError
		if !errors.As(err, &timeout) || err.Error() != "no track within 25s: for a video track" {
			t.Errorf("ends with %v", err)
		}
		if passed := time.Since(start); passed != 25*time.Second {
			t.Errorf("ends after %v", passed)
		}
		if got, line := warnings(e.heard()), "warning: waiting: for a video track"; !slices.Equal(got, []string{line, line}) {
			t.Errorf("warns of %q, want twice %q", got, line)
		}
	})
}

func TestTrackTimeoutBeginsAnewAfterAPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracks, _, stop := startTracks(settings{trackTimeout: 5 * time.Second}, newFakeConnection(newTrack("TR_1")))
		defer stop()
		if _, err := tracks.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		tracks.patience.Came()
		time.Sleep(time.Minute)
		start := time.Now()
		if _, err := tracks.Next(t.Context()); err == nil || time.Since(start) != 5*time.Second {
			t.Errorf("ends with %v after %v", err, time.Since(start))
		}
	})
}

func TestTrackTimeoutBeginsAnewWithAnotherChoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracks, _, stop := startTracks(settings{trackTimeout: 5 * time.Second}, newFakeConnection())
		defer stop()
		start := time.Now()
		time.AfterFunc(4*time.Second, func() { tracks.SetCriteria(room.Criteria{Participant: "bob"}) })
		_, err := tracks.Next(t.Context())
		var timeout *trackTimeoutError
		if !errors.As(err, &timeout) || time.Since(start) != 9*time.Second {
			t.Errorf("ends with %v after %v", err, time.Since(start))
		}
	})
}

func TestStoppedWaitIsNoTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracks, _, stop := startTracks(settings{trackTimeout: 5 * time.Second}, newFakeConnection())
		defer stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var timeout *trackTimeoutError
		if _, err := tracks.Next(ctx); !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) {
			t.Errorf("ends with %v", err)
		}
	})
}

func TestRoomThatCannotBeJoinedIsTheError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracks, e, stop := startTracks(settings{onTrackLost: lostEOS}, nil)
		refused := &room.RefusedError{Room: "demo", Reason: "it is full"}
		tracks.connect = func(context.Context) (connection, error) { return nil, refused }
		if _, err := tracks.Next(t.Context()); !errors.Is(err, refused) {
			t.Errorf("ends with %v", err)
		}
		stop()
		want := []string{"connecting", "connect starts: Connecting to ", "connect fails: " + refused.Error(), "closed"}
		if got := e.heard(); !slices.Equal(got, want) {
			t.Errorf("tells %q, want %q", got, want)
		}
	})
}

func TestALostServerIsTheSameFailureWhateverItCameOf(t *testing.T) {
	lost := room.DisconnectedError{Room: "demo", Reason: livekit.DisconnectReason_SIGNAL_CLOSE}
	want := failureOf(&lost)
	lost.Err = context.DeadlineExceeded
	if got := failureOf(&lost); got != want {
		t.Errorf("it is %v after a deadline, and %v else", got, want)
	}
}
