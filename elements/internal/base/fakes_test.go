package base

import (
	"context"
	"fmt"
	"sync"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// ear is a listener that keeps what it is told, one line each.
type ear struct {
	mu    sync.Mutex
	lines []string
}

var _ listener = (*ear)(nil)

func (e *ear) hear(format string, values ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines = append(e.lines, fmt.Sprintf(format, values...))
}

// heard gives what came since the last call.
func (e *ear) heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	lines := e.lines
	e.lines = nil
	return lines
}

func (e *ear) Panicked(err *guard.Error)                  { panic(err) }
func (e *ear) tellConnection(state room.State)            { e.hear("%v", state) }
func (e *ear) tellParticipant(i *livekit.ParticipantInfo) { e.hear("participant %s", i.GetIdentity()) }
func (e *ear) tellTrackInfo(i *livekit.TrackInfo)         { e.hear("track %s", i.GetSid()) }
func (e *ear) tellMuted(_ *room.Track, muted bool)        { e.hear("muted %v", muted) }
func (e *ear) tellSpeaker(s room.Speaker) {
	e.hear("%s speaks %v, level %v", s.Identity, s.Speaking, s.Level)
}
func (e *ear) tellWaiting(sentence string) { e.hear("warning: waiting: %s", sentence) }
func (e *ear) tellEnded(sentence string)   { e.hear("warning: ended: %s", sentence) }

func (e *ear) tellTrack(subscribed bool, t *room.Track) {
	if subscribed {
		e.hear("subscribed %s", t.SID)
	} else {
		e.hear("lost %s", t.SID)
	}
}

func (e *ear) tellProgress(kind progressKind, code, text string) {
	e.hear("%s %s: %s", code, map[progressKind]string{
		progressStart: "starts", progressComplete: "completes", progressError: "fails", progressCanceled: "is canceled",
	}[kind], text)
}

// fakeConnection is a connection to a room in which happens what a test says.
type fakeConnection struct {
	next chan any // a *room.Track or an error, which Next gives

	mu      sync.Mutex
	state   room.State
	offered bool
	changed chan struct{}
	moves   bool // another choice ends the track
	hears   func([]room.Speaker)
}

func newFakeConnection(next ...any) *fakeConnection {
	c := &fakeConnection{next: make(chan any, 10), state: room.StateConnected, changed: make(chan struct{})}
	for _, n := range next {
		c.next <- n
	}
	return c
}

// change makes something happen in the room.
func (c *fakeConnection) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	close(c.changed)
	c.changed = make(chan struct{})
}

func (*fakeConnection) Ready(context.Context, room.CriteriaSelector) error { return nil }

func (c *fakeConnection) Serve(room.CriteriaSelector)           {}
func (c *fakeConnection) Waiting(criteria room.Criteria) string { return "for " + criteria.String() }
func (c *fakeConnection) Room() string                          { return "demo" }
func (c *fakeConnection) Identity() string                      { return "me" }
func (c *fakeConnection) Close()                                {}

func (c *fakeConnection) OnSpeakers(f func([]room.Speaker)) (stop func()) {
	c.hears = f
	return func() { c.hears = nil }
}

func (c *fakeConnection) State() room.State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

func (c *fakeConnection) Offered(room.Criteria) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offered
}

func (c *fakeConnection) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

// fakeSelector gives the tracks of a fakeConnection. What is not here is not called.
type fakeSelector struct {
	room.CriteriaSelector
	from *fakeConnection
}

func (s fakeSelector) SetCriteria(room.Criteria) bool { return s.from.moves }
func (s fakeSelector) Close()                         {}
func (s fakeSelector) Next(ctx context.Context) (*room.Track, error) {
	select {
	case next := <-s.from.next:
		if err, ok := next.(error); ok {
			return nil, err
		}
		return next.(*room.Track), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// LossReason takes what comes of the connection before the next track as said while it waits.
func (s fakeSelector) LossReason(ctx context.Context) error {
	if s.from.State() == room.StateReconnecting {
		return nil
	}
	var left *room.ParticipantLeftError
	for {
		select {
		case next := <-s.from.next:
			switch next := next.(type) {
			case *room.ParticipantLeftError:
				left = next
			case error:
				return next
			}
		case <-ctx.Done():
			if left != nil {
				return left
			}
			return context.Cause(ctx)
		}
	}
}

func newTrack(sid string) *room.Track {
	return &room.Track{SID: sid, Identity: "alice", Reader: rtp.NewReader()}
}
