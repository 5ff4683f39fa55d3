package room

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Selector gives the tracks that match, one after another. NewSelector, SelectParticipant and SelectTrack make one.
type Selector interface {
	// Next waits for a matching track, subscribes to it and returns when its media is attached. The Track before it, if
	// any, is over for its reader from then on. Next is for one goroutine at a time.
	//
	// The same track is preferred as long as it is published: a Track that ended because permission was withdrawn is
	// followed by one with the same SID when permission is back. When it was unpublished, another match of the same
	// participant follows. Nothing that is published meanwhile is lost.
	//
	// Next ends with the cause of the context's end; with a *ParticipantLeftError when the participant that gave the last
	// Track left, and not because of a reconnect; with ErrClosed; with the reason for which the connection ended; or, for
	// SelectTrack, with io.EOF. After the first two it may be called again.
	Next(ctx context.Context) (*Track, error)

	// Layers returns what tells the server how much it is to send of these tracks. It is nil where there is nothing to
	// choose, because they are no video, and where there is nobody to ask (SelectTrack).
	Layers() Layers

	// OnExpected registers f, which is called when a track was chosen whose media is still to come, with the MIME type of
	// the codec that it is published in. It is for preparing what that codec needs: f must not block, and what comes may be
	// something else.
	OnExpected(f func(mimeType string))

	// Close ends the selection: it wakes Next, ends the current Track and takes the subscription back. It may be called
	// from any goroutine, and more than once.
	Close()
}

// CriteriaSelector is a Selector of a Connection, whose criteria can be changed.
type CriteriaSelector interface {
	Selector

	// SetCriteria changes what is accepted. A Track that still fits goes on; any other ends, as if it had been given up,
	// and Next gives what fits now; ended reports that. It may be called from any goroutine.
	SetCriteria(criteria Criteria) (ended bool)

	serve(from origin) // for Connection.Serve
}

// selection is the Selector of an origin.
type selection struct {
	from    origin        // nil until Serve
	closing chan struct{} // closed by Close
	changed chan struct{} // one token: the criteria are new
	next    sync.Mutex    // held by Next

	mu         sync.Mutex
	criteria   Criteria
	closed     bool
	current    *Track
	layer      *choice                      // nil until SetLayer
	expected   func(mimeType string)        // may be nil
	following  string                       // identity, empty while nobody is followed
	chosen     string                       // track SID, preferred as long as it is on offer
	subscribed bool                         // to chosen
	met        string                       // session in which the followed participant last gave a Track
	missing    <-chan time.Time             // when a participant that a reconnect lost is no longer waited for
	spent      map[*webrtc.TrackRemote]bool // media that ended while on offer; true when the origin was told
}

// returnTimeout is how long a participant that nobody asked for by name is waited for after a reconnect. It reconnects as
// we do, and the SDKs begin within a second.
const returnTimeout = 30 * time.Second

// origin is what a Selector chooses from.
type origin interface {
	// changes returns a channel that is closed at the next change of what look would report.
	changes() <-chan struct{}
	// look returns what is on offer now, or the error that ends the selection.
	look() (view, error)
	// subscribe asks for the media of o on behalf of a selection, with the layer that it was told or nil. setLayer changes
	// that layer, and unsubscribe takes the wish back.
	subscribe(o offer, by *selection, layer *choice)
	setLayer(sid string, by *selection, layer *choice)
	unsubscribe(sid string, by *selection)
	// ended is told once when the media of o has ended although o is still on offer. An error ends the selection.
	ended(o offer) error
	// writePLI returns how to ask the publisher of o for a key frame.
	writePLI(o offer) func(webrtc.SSRC)
	close()
}

// view is one look at an origin.
type view struct {
	session string          // empty while nothing can be said, such as during a reconnect
	present map[string]bool // identities
	offers  []offer
}

// NewSelector makes a Selector that a Connection has to Serve before its first Next. Everything else may be called before
// that. Close each one; Connection.Close ends those that were forgotten.
func NewSelector(criteria Criteria) CriteriaSelector { return newSelection(nil, criteria) }

func newSelection(from origin, criteria Criteria) *selection {
	return &selection{
		criteria: criteria, from: from, closing: make(chan struct{}), changed: make(chan struct{}, 1),
		spent: make(map[*webrtc.TrackRemote]bool),
	}
}

func (s *selection) Next(ctx context.Context) (*Track, error) {
	if !s.next.TryLock() {
		return nil, errConcurrentNext
	}
	defer s.next.Unlock()
	for {
		changed := s.from.changes()
		t, missing, err := s.pick()
		if t != nil || err != nil {
			return t, err
		}
		select {
		case <-changed:
		case <-s.changed:
		case <-missing:
			s.forget()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-s.closing:
			return nil, ErrClosed
		}
	}
}

func (s *selection) serve(from origin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = from
}

func (s *selection) Layers() Layers {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, alone := s.from.(*oneTrack); alone || s.criteria.Kind != Video {
		return nil
	}
	return s
}

func (s *selection) SetLayer(wanted caps.Layer, atMost caps.Quality) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.layer = &choice{wanted, atMost}
	if s.subscribed {
		s.from.setLayer(s.chosen, s, s.layer)
	}
}

func (s *selection) OnExpected(f func(mimeType string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expected = f
}

func (s *selection) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	close(s.closing)
	s.endCurrent()
	s.unsubscribe()
	if s.from != nil {
		s.from.close()
	}
}

func (s *selection) SetCriteria(criteria Criteria) (ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if criteria == s.criteria || s.closed {
		return false
	}
	s.criteria = criteria
	s.missing = nil
	if t := s.current; t != nil && criteria.accepts(t.offer()) {
		s.following = ""
		if criteria.Participant == "" {
			s.following = t.Identity
		}
		return false
	}
	ended = s.current != nil
	s.endCurrent()
	s.unsubscribe()
	s.following, s.chosen, s.met = "", "", ""
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return ended
}

// pick looks once. It returns neither Track nor error when there is nothing to return yet.
func (s *selection) pick() (*Track, <-chan time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, ErrClosed
	}
	s.endCurrent()
	v, err := s.from.look()
	if err != nil {
		return nil, nil, err
	}
	if v.session == "" {
		return nil, nil, nil
	}
	if err := s.checkPresence(v); err != nil {
		return nil, nil, err
	}
	o, ok := s.criteria.choose(v.offers, s.following, s.chosen)
	if !ok {
		return nil, s.missing, nil
	}
	t, err := s.take(o)
	if t != nil {
		s.met = v.session
	}
	return t, nil, err
}

// checkPresence notices that the participant that is being followed is no longer there. That is an error to report when a
// Track of it was returned in this very session: after a reconnect everyone is expected back.
func (s *selection) checkPresence(v view) error {
	identity := cmp.Or(s.criteria.Participant, s.following)
	switch {
	case identity == "" || v.present[identity]:
		s.missing = nil
	case s.met == v.session:
		s.unsubscribe()
		s.following, s.met = "", ""
		return &ParticipantLeftError{Identity: identity}
	case s.criteria.Participant != "":
		// Whoever was named is waited for.
	case s.met == "":
		s.following = "" // it left before it gave anything
	case s.missing == nil:
		s.missing = time.After(returnTimeout)
	}
	return nil
}

// forget stops waiting for a participant that did not come back after a reconnect.
func (s *selection) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missing = nil
	s.following, s.met = "", ""
}

// take subscribes to o and makes a Track of it when its media is there and alive.
func (s *selection) take(o offer) (*Track, error) {
	if s.criteria.Participant == "" {
		s.following = o.identity
	}
	if o.sid != s.chosen {
		s.unsubscribe()
		clear(s.spent)
	}
	s.chosen = o.sid
	if !s.subscribed {
		s.subscribed = true
		s.from.subscribe(o, s, s.layer)
		if s.expected != nil && o.pub != nil && o.remote == nil {
			s.expected(o.pub.MimeType())
		}
	}
	if o.remote == nil {
		return nil, nil
	}
	if told, spent := s.spent[o.remote]; spent {
		if told {
			return nil, nil
		}
		s.spent[o.remote] = true
		return nil, s.from.ended(o)
	}
	t := s.newTrack(o)
	var attached bool
	if t.packets, attached = rtp.Hold(o.remote, o.remote.Codec().ClockRate, t.Reader); !attached {
		t.packets.Drop()
		s.spent[o.remote] = true
		return nil, s.from.ended(o)
	}
	s.current = t
	return t, nil
}

// endCurrent ends the Track that was returned last.
func (s *selection) endCurrent() {
	t := s.current
	if t == nil {
		return
	}
	s.current = nil
	t.Finish()
	t.packets.Detach(t.Reader)
	if t.packets.IsEnded() {
		s.spent[t.remote] = false
	}
	t.packets.Drop()
}

func (s *selection) unsubscribe() {
	if s.subscribed {
		s.subscribed = false
		s.from.unsubscribe(s.chosen, s)
	}
}

func (s *selection) release(t *Track) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == t {
		s.endCurrent()
		s.unsubscribe()
	}
}

// offer is what the Track was chosen for.
func (t *Track) offer() offer {
	return offer{kind: t.Kind, identity: t.Identity, sid: t.SID, name: t.Name, source: t.Source}
}

func (s *selection) newTrack(o offer) *Track {
	t := &Track{
		Kind: o.kind, SID: o.sid, Name: o.name, Source: o.source, Identity: o.identity, MimeType: o.remote.Codec().MimeType,
		remote: o.remote, receiver: o.receiver, pub: o.pub, publisher: o.publisher,
		writePLI: s.from.writePLI(o), changed: s.from.changes, release: s.release,
		Reader: rtp.NewReader(),
	}
	if o.publisher != nil {
		t.ParticipantSID = o.publisher.SID()
	}
	if c, ok := s.from.(*Connection); ok {
		t.injectedTrailer, t.congested = c.SIFTrailer, c.roaming.congestion.isThere
	}
	return t
}
