package base

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// startReport makes the report of a run that is connecting, and what checks what was told since the last check.
func startReport(t *testing.T) (r *report, check func(want ...string)) {
	t.Helper()
	e := &ear{}
	r = newReport(e, settings{room: room.Config{URL: "ws://h"}})
	return r, func(want ...string) {
		t.Helper()
		synctest.Wait()
		if got := e.heard(); !slices.Equal(got, want) {
			t.Errorf("tells %q, want %q", got, want)
		}
	}
}

func TestRunIsToldFromBeginningToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, check := startReport(t)
		check("connecting", "connect starts: Connecting to ws://h")
		c := newFakeConnection()
		r.joined(c)
		check("connected", `connect completes: Joined room "demo" as "me"`)
		c.change(func() { c.offered = true })
		check("subscribe starts: Subscribing to a video track")
		first, second := newTrack("TR_1"), newTrack("TR_2")
		r.subscribed(first)
		check(`subscribe completes: Receiving track TR_1 of "alice"`, "subscribed TR_1")
		c.change(func() { c.state = room.StateReconnecting })
		check("reconnecting", "connect starts: Reconnecting to ws://h")
		c.change(func() { c.state = room.StateConnected })
		check("connected", `connect completes: Joined room "demo" as "me"`)
		first.Finish()
		check("lost TR_1", "subscribe starts: Subscribing to a video track")
		r.subscribed(second)
		check(`subscribe completes: Receiving track TR_2 of "alice"`, "subscribed TR_2")
		r.stop()
		check("lost TR_2", "closed")
	})
}

func TestTrackThatFollowsAtOnceEndsTheOneBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, check := startReport(t)
		r.joined(newFakeConnection())
		r.subscribed(newTrack("TR_1"))
		r.subscribed(newTrack("TR_2"))
		r.stop()
		check("connecting", "connect starts: Connecting to ws://h", "connected", `connect completes: Joined room "demo" as "me"`,
			"subscribe starts: Subscribing to a video track", `subscribe completes: Receiving track TR_1 of "alice"`, "subscribed TR_1",
			"lost TR_1",
			"subscribe starts: Subscribing to a video track", `subscribe completes: Receiving track TR_2 of "alice"`, "subscribed TR_2",
			"lost TR_2", "closed")
	})
}

func TestTrackIsLostBeforeItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, check := startReport(t)
		c := newFakeConnection()
		r.joined(c)
		r.subscribed(newTrack("TR_1"))
		synctest.Wait()
		r.listener.(*ear).heard()
		c.change(func() { c.state = room.StateClosed })
		check("lost TR_1", "closed")
		r.stop()
		check()
	})
}

func TestWhoSpeaksIsToldToSoundAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for media, want := range map[caps.Kind][]string{
			caps.Video: nil,
			caps.Audio: {"alice speaks true, level 0.5", "bob speaks false, level 0"},
		} {
			e, c := &ear{}, newFakeConnection()
			r := newReport(e, settings{criteria: room.Criteria{Kind: media}})
			r.joined(c)
			synctest.Wait()
			e.heard()
			if c.hears != nil {
				speakers := []room.Speaker{{Identity: "alice", Level: 0.5, Speaking: true}, {Identity: "bob"}}
				c.hears(speakers)
				clear(speakers)
			}
			synctest.Wait()
			if got := e.heard(); !slices.Equal(got, want) {
				t.Errorf("%v: tells %q, want %q", media, got, want)
			}
			r.stop()
			if c.hears != nil {
				t.Errorf("%v: it is still told who speaks", media)
			}
		}
	})
}

func TestEveryTaskComesToAnEnd(t *testing.T) {
	for name, row := range map[string]struct {
		joined bool
		how    func(r *report, c *fakeConnection)
		want   []string
	}{
		"Stopped":            {false, func(*report, *fakeConnection) {}, []string{"connect is canceled: Not needed any more", "closed"}},
		"Refused":            {false, func(r *report, _ *fakeConnection) { r.failed(errors.New("no")) }, []string{"connect fails: no", "closed"}},
		"StoppedSubscribing": {true, func(*report, *fakeConnection) {}, []string{"subscribe is canceled: Not needed any more", "closed"}},
		"Failed":             {true, func(r *report, _ *fakeConnection) { r.failed(errors.New("no")) }, []string{"subscribe fails: no", "closed"}},
		"Ended": {true, func(r *report, _ *fakeConnection) { r.failed(io.EOF) }, []string{
			"subscribe is canceled: Not needed any more", "closed",
		}},
		"Cancelled": {true, func(r *report, _ *fakeConnection) { r.failed(context.Canceled) }, []string{
			"subscribe is canceled: Not needed any more", "closed",
		}},
		"NoLongerOnOffer": {true, func(_ *report, c *fakeConnection) { c.change(func() { c.offered = false }) }, []string{
			"subscribe is canceled: No longer published: a video track", "closed",
		}},
		"ConnectionLost": {true, func(_ *report, c *fakeConnection) {
			c.change(func() { c.state, c.offered = room.StateReconnecting, false })
		}, []string{
			"reconnecting", "connect starts: Reconnecting to ws://h", "subscribe is canceled: The connection is lost",
			"connect is canceled: Not needed any more", "closed",
		}},
		"Overdue": {true, func(r *report, _ *fakeConnection) { r.waiting("for it"); time.Sleep(time.Minute) }, []string{
			"subscribe is canceled: for it", "closed",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, check := startReport(t)
				c := newFakeConnection()
				c.offered = true
				if row.joined {
					r.joined(c)
				}
				synctest.Wait()
				r.listener.(*ear).heard()
				row.how(r, c)
				synctest.Wait()
				r.stop()
				check(row.want...)
			})
		})
	}
}
