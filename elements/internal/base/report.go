package base

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// listener is who is told: the element, on behalf of the application, whose handlers run in these calls.
type listener interface {
	guard.Owner
	tellConnection(state room.State)
	tellParticipant(info *livekit.ParticipantInfo)
	tellTrackInfo(info *livekit.TrackInfo)
	tellTrack(subscribed bool, t *room.Track)
	tellMuted(t *room.Track, muted bool)
	tellSpeaker(speaker room.Speaker)
	tellProgress(kind progressKind, code, text string)
	tellWaiting(sentence string)
	tellEnded(sentence string)
}

// report tells the application what happens in a run, in the order in which it
// happens: properties and their notifications, signals, messages. It does so on a
// goroutine of its own, without locks: a slow handler delays other reports and
// Stop, but no media.
type report struct {
	listener listener
	settings settings
	telling  sync.WaitGroup
	wake     chan struct{} // one token: there is something in happened
	quit     chan struct{} // closed by stop

	mu        sync.Mutex
	happened  []func()           // to be called in this order
	trackInfo *livekit.TrackInfo // last told, nil without a track

	unhear func() // ends what joined has begun; nil if it has not

	// The rest belongs to the goroutine, and when it has ended to stop.
	connection  connection    // nil until joined
	criteria    room.Criteria // of the track
	state       room.State
	ended       bool        // nobody waits for a track
	overdue     bool        // a track that is on offer does not come
	track       *room.Track // that is being received, or nil
	participant *livekit.ParticipantInfo
	muted       bool
	connecting  progress
	subscribing progress
}

// newReport says that the run is connecting.
func newReport(l listener, s settings) *report {
	r := &report{
		listener: l, settings: s, criteria: s.criteria, wake: make(chan struct{}, 1), quit: make(chan struct{}),
		connecting:  progress{listener: l, code: "connect"},
		subscribing: progress{listener: l, code: "subscribe"},
	}
	r.enter(room.StateConnecting)
	r.connecting.start("Connecting to " + s.room.URL)
	guard.Go(&r.telling, "element: report", l, r.tell)
	return r
}

// The following may be called from any goroutine, and do not wait.

// joined begins to follow a connection. It is called once, and stop only after it.
func (r *report) joined(c connection) {
	r.happen(func() { r.connection = c })
	if r.settings.criteria.Kind == caps.Audio {
		r.unhear = c.OnSpeakers(r.spoken)
	}
}

// spoken says how loud participants are now.
func (r *report) spoken(speakers []room.Speaker) {
	speakers = slices.Clone(speakers) // they are the caller's
	r.happen(func() {
		for _, speaker := range speakers {
			r.listener.tellSpeaker(speaker)
		}
	})
}

// selected says that another track is looked for.
func (r *report) selected(criteria room.Criteria) { r.happen(func() { r.criteria = criteria }) }

// failed says why there is no connection, or no further track: an error, or an end
// that somebody wished for.
func (r *report) failed(err error) {
	r.happen(func() {
		if !errors.Is(err, context.Canceled) && !errors.Is(err, io.EOF) {
			r.connecting.end(progressError, err.Error())
			r.subscribing.end(progressError, err.Error())
		}
		if r.connection == nil {
			r.enter(room.StateClosed)
		}
		r.ended = true
	})
}

// subscribed says which track follows the last one.
func (r *report) subscribed(t *room.Track) {
	r.happen(func() {
		r.look() // the state first
		r.lose()
		r.receive(t)
	})
}

// waiting says that a track has not come for some time, on offer or not.
func (r *report) waiting(sentence string) {
	r.happen(func() {
		r.overdue = r.overdue || r.subscribing.open
		r.subscribing.end(progressCanceled, sentence)
	})
}

// ending says that nobody waits for a connection or a track any more.
func (r *report) ending() {
	r.happen(func() {
		r.connecting.end(progressCanceled, "Not needed any more")
		r.subscribing.end(progressCanceled, "Not needed any more")
		r.ended = true
	})
}

func (r *report) happen(f func()) {
	r.mu.Lock()
	r.happened = append(r.happened, f)
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// currentTrackInfo returns what is known about the track, not to be changed, or nil
// without one.
func (r *report) currentTrackInfo() *livekit.TrackInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.trackInfo
}

// stop waits until everything is told that has happened, and tells the end. It is
// called once, when nothing else of the run is left.
func (r *report) stop() {
	if r.unhear != nil {
		r.unhear()
	}
	r.ending()
	close(r.quit)
	r.telling.Wait()
	r.catchUp()
	r.lose()
	r.enter(room.StateClosed)
}

func (r *report) tell() {
	for {
		r.catchUp() // first: a track that is lost because all ends is not asked for again
		var changed, lost <-chan struct{}
		if r.connection != nil {
			changed = r.connection.Changed()
		}
		if r.track != nil {
			lost = r.track.Lost()
		}
		r.look()
		select {
		case <-changed:
		case <-lost:
			r.lose()
		case <-r.wake:
		case <-r.quit:
			return
		}
	}
}

func (r *report) catchUp() {
	r.mu.Lock()
	happened := r.happened
	r.happened = nil
	r.mu.Unlock()
	for _, f := range happened {
		f()
	}
}

// look tells what changed since the last look.
func (r *report) look() {
	if r.connection == nil {
		return
	}
	state := r.connection.State()
	if state == room.StateClosed {
		r.lose() // before the connection
	}
	r.enter(state)
	if r.track != nil {
		r.lookAtTrack()
		return
	}
	if r.ended || state == room.StateClosed {
		return
	}
	switch offered := r.connection.Offered(r.criteria); {
	case !offered && state == room.StateReconnecting:
		r.subscribing.end(progressCanceled, "The connection is lost")
	case !offered:
		r.overdue = false
		r.subscribing.end(progressCanceled, "No longer published: "+r.criteria.String())
	case !r.overdue:
		r.subscribing.start("Subscribing to " + r.criteria.String())
	}
}

// enter tells a new state of the connection.
func (r *report) enter(state room.State) {
	if state == r.state {
		return
	}
	r.state = state
	r.listener.tellConnection(state)
	switch state {
	case room.StateConnected:
		r.connecting.end(progressComplete, fmt.Sprintf("Joined room %q as %q", r.connection.Room(), r.connection.Identity()))
	case room.StateReconnecting:
		r.connecting.start("Reconnecting to " + r.settings.room.URL)
	case room.StateClosed:
		r.connecting.end(progressCanceled, "Left the room")
	case room.StateNew, room.StateConnecting:
	}
}

// receive tells that there is a track.
func (r *report) receive(t *room.Track) {
	r.subscribing.start("Subscribing to " + r.criteria.String())
	r.subscribing.end(progressComplete, fmt.Sprintf("Receiving track %s of %q", t.SID, t.Identity))
	r.track, r.overdue = t, false
	r.lookAtInfos()
	r.listener.tellTrack(true, t)
	r.lookAtTrack()
}

// lose tells that the track has ended, if there is one.
func (r *report) lose() {
	t := r.track
	if t == nil {
		return
	}
	r.track, r.muted = nil, false
	r.setInfos(nil, nil)
	r.listener.tellTrack(false, t)
}

func (r *report) lookAtTrack() {
	r.lookAtInfos()
	if muted := r.track.Muted(); muted != r.muted {
		r.muted = muted
		r.listener.tellMuted(r.track, muted)
	}
}

func (r *report) lookAtInfos() { r.setInfos(r.track.ParticipantInfo(), r.track.TrackInfo()) }

// setInfos tells those of the two that changed.
func (r *report) setInfos(participant *livekit.ParticipantInfo, track *livekit.TrackInfo) {
	if !proto.Equal(participant, r.participant) {
		r.participant = participant
		r.listener.tellParticipant(participant)
	}
	if !proto.Equal(track, r.currentTrackInfo()) {
		r.mu.Lock()
		r.trackInfo = track
		r.mu.Unlock()
		r.listener.tellTrackInfo(track)
	}
}

// progress is a task that takes a while. gst-launch-1.0 waits in PAUSED while one is open, so each must come to an end.
type progress struct {
	listener listener
	code     string
	open     bool
}

func (p *progress) start(text string) {
	if !p.open {
		p.open = true
		p.listener.tellProgress(progressStart, p.code, text)
	}
}

func (p *progress) end(kind progressKind, text string) {
	if p.open {
		p.open = false
		p.listener.tellProgress(kind, p.code, text)
	}
}
