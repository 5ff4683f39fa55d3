package base

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

const (
	// waitingWarning is how often the user is told what the element waits for.
	waitingWarning = 10 * time.Second

	// reasonPatience is how long the reason for the end of a track is waited for, where
	// the stream ends with it: the track ends before the server says who left, or that
	// the room was deleted. A server that closes the media without a reason is taken for
	// lost after a second.
	reasonPatience = 1500 * time.Millisecond
)

// What ends a wait. An error of the connection may have come of a deadline, too: the last try to reach the server had one.
var (
	errNoTrack  = errors.New("no track came in time")
	errNoReason = errors.New("nobody says why the track ended")
)

// tracks is the room.Selector of a run: it joins the room at the first Next, and
// puts the element's policies on top of the room's own selector: warnings while
// waiting, track-timeout and on-track-lost. What it has no policy for, such as layers,
// is that selector's own.
type tracks struct {
	room.CriteriaSelector

	listener   listener
	connect    func(context.Context) (connection, error)
	settings   settings
	report     *report
	patience   patience
	connection connection  // nil until joined
	last       *room.Track // that was given out; nil before the first

	mu       sync.Mutex
	criteria room.Criteria
	switched bool // the last track ended because the criteria changed
	waits    bool // for a track
}

// connection is a room.Connection of our own, or a share of one.
type connection interface {
	Serve(selector room.CriteriaSelector)
	Ready(ctx context.Context, selector room.CriteriaSelector) error
	State() room.State
	Waiting(criteria room.Criteria) string
	Offered(criteria room.Criteria) bool
	Changed() <-chan struct{}
	OnSpeakers(f func([]room.Speaker)) (stop func())
	Room() string
	Identity() string
	Close()
}

func newTracks(l listener, s settings, r *report) *tracks {
	return &tracks{
		CriteriaSelector: room.NewSelector(s.criteria),
		listener:         l, connect: s.connect, settings: s, report: r, criteria: s.criteria, patience: patience{limit: s.trackTimeout},
	}
}

// SetCriteria changes which track is received. What is received now ends, if it is
// another one, and is not lost in the sense of on-track-lost. What is waited for now has
// all of track-timeout.
func (t *tracks) SetCriteria(criteria room.Criteria) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.selected(criteria)
	if t.waits && criteria != t.criteria {
		t.patience.Came() // no more of the other one is waited for
		t.patience.begin()
	}
	t.criteria = criteria
	if t.CriteriaSelector.SetCriteria(criteria) {
		t.switched = true
	}
}

// wanted returns what is looked for.
func (t *tracks) wanted() room.Criteria {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.criteria
}

// takeSwitched reports whether the last track ended because the criteria changed.
func (t *tracks) takeSwitched() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	switched := t.switched
	t.switched = false
	return switched
}

// trackLostError says that the track ended where on-track-lost asks for an error.
type trackLostError struct {
	what string
}

func (e *trackLostError) Error() string { return e.what }

// Next joins the room if that was not done yet, and waits for the next track.
func (t *tracks) Next(ctx context.Context) (*room.Track, error) {
	track, err := t.next(ctx)
	if err != nil {
		t.report.failed(err)
		return nil, t.ending(err)
	}
	t.report.subscribed(track)
	return track, nil
}

// ending is what the stream ends with. Backends end meetings by deleting the room or by removing who records it: that is
// the proper end of a recording, after a warning that says why, unless on-track-lost asks for an error.
func (t *tracks) ending(err error) error {
	var disconnected *room.DisconnectedError
	if !errors.As(err, &disconnected) || !disconnected.Ended() || t.settings.onTrackLost == lostError {
		return err
	}
	t.listener.tellEnded(disconnected.Error())
	return io.EOF
}

func (t *tracks) next(ctx context.Context) (*room.Track, error) {
	if err := t.join(ctx); err != nil {
		return nil, err
	}
	switch {
	case t.last == nil:
	case t.takeSwitched(), t.last.Moved(): // to whom the other elements of the connection follow
		t.patience.Came() // no more of the other one is waited for
	default:
		if err := t.afterLoss(ctx); err != nil {
			return nil, err
		}
	}
	track, err := t.wait(ctx)
	if err != nil {
		return nil, err
	}
	t.last = track
	return track, nil
}

// join joins the room. The track is asked for while the media connection comes about.
func (t *tracks) join(ctx context.Context) error {
	if t.connection != nil {
		return nil
	}
	connection, err := t.connect(ctx)
	if err != nil {
		return err
	}
	t.connection = connection
	connection.Serve(t.CriteriaSelector)
	if err := connection.Ready(ctx, t.CriteriaSelector); err != nil {
		return err
	}
	t.report.joined(connection)
	return nil
}

// connect joins the room that the settings name.
func (s settings) connect(ctx context.Context) (connection, error) {
	if s.shared {
		return room.Share(ctx, s.room)
	}
	return room.Join(ctx, s.room)
}

// afterLoss applies on-track-lost to the last track, which ended. One that was lost with the server comes back.
func (t *tracks) afterLoss(ctx context.Context) error {
	if t.settings.onTrackLost == lostWait {
		return nil
	}
	within, cancel := context.WithTimeoutCause(ctx, reasonPatience, errNoReason)
	defer cancel()
	reason := t.CriteriaSelector.LossReason(within)
	lost := &trackLostError{what: fmt.Sprintf("track %s of %q ended", t.last.SID, t.last.Identity)}
	var left *room.ParticipantLeftError
	switch {
	case errors.As(reason, &left):
		lost.what = left.Error()
	case errors.Is(reason, errNoReason):
	default:
		return reason
	}
	if t.settings.onTrackLost == lostEOS {
		return io.EOF
	}
	return lost
}

// afterLeaving applies on-track-lost to a participant that left.
func (t *tracks) afterLeaving(left *room.ParticipantLeftError) error {
	switch {
	case t.settings.onTrackLost == lostError:
		return &trackLostError{what: left.Error()}
	case t.settings.onTrackLost == lostWait && t.settings.onTrackLostSet && t.wanted().Participant != "":
		return nil
	default:
		return io.EOF
	}
}

// setWaits says whether a track is waited for.
func (t *tracks) setWaits(waits bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waits = waits
}

// wait returns the selector's next track within what is left of track-timeout, and
// warns regularly until then.
func (t *tracks) wait(ctx context.Context) (*room.Track, error) {
	t.patience.begin()
	t.setWaits(true)
	defer t.setWaits(false)
	stop := t.warnWhileWaiting()
	defer stop()

	for {
		track, err := t.nextBy(ctx, t.patience.By())
		var left *room.ParticipantLeftError
		switch {
		case errors.As(err, &left):
			if err := t.afterLeaving(left); err != nil {
				return nil, err
			}
		case errors.Is(err, errNoTrack) && time.Now().Before(t.patience.By()): // for other criteria
		case errors.Is(err, errNoTrack):
			return nil, &trackTimeoutError{what: "track", after: t.settings.trackTimeout, why: t.waiting()}
		default:
			return track, err
		}
	}
}

// nextBy returns the selector's next track, or errNoTrack at a time that is not zero.
func (t *tracks) nextBy(ctx context.Context, by time.Time) (*room.Track, error) {
	if !by.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, by, errNoTrack)
		defer cancel()
	}
	return t.CriteriaSelector.Next(ctx)
}

// waiting names what is being waited for and who is in the room.
func (t *tracks) waiting() string {
	return t.connection.Waiting(t.wanted())
}

// nothing says that the present track gives nothing. During a reconnect that is no
// wonder, and has another reason.
func (t *tracks) nothing(err error) {
	sentence := err.Error()
	if t.connection.State() == room.StateReconnecting {
		sentence = t.waiting()
	}
	t.report.happen(func() { t.listener.tellWaiting(sentence) })
}

// warnWhileWaiting posts a warning every ten seconds until stop is called. Stop
// waits for a warning that is being posted.
func (t *tracks) warnWhileWaiting() (stop func()) {
	done := make(chan struct{})
	var warning sync.WaitGroup
	guard.Go(&warning, "element: warn while waiting", t.listener, func() {
		ticker := time.NewTicker(waitingWarning)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				sentence := t.waiting()
				t.report.waiting(sentence)
				t.listener.tellWaiting(sentence)
			case <-done:
				return
			}
		}
	})
	return func() {
		close(done)
		warning.Wait()
	}
}

// Close leaves the room and waits until that is done.
func (t *tracks) Close() {
	t.CriteriaSelector.Close()
	if t.connection != nil {
		t.connection.Close()
	}
}
