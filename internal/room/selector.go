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

// Selector gives the tracks that match its criteria, one after another. NewSelector, SelectParticipant and SelectTrack
// make one.
type Selector interface {
	// Next waits for a matching track, subscribes to it and returns when its media has arrived. It ends the previous
	// Track, if any. Next is for one goroutine at a time.
	//
	// The same track is preferred as long as it is published: after a Track that ended because permission was withdrawn,
	// Next returns one with the same SID when permission is restored. After an unpublished track it returns another match
	// of the same participant. No track that is published in the meantime is missed.
	//
	// Next returns the cause of the context's end; a *ParticipantLeftError when the participant of the last Track left,
	// other than because of a reconnect; ErrClosed; the reason for which the connection ended; or, for SelectTrack,
	// io.EOF. After the first two it may be called again.
	Next(ctx context.Context) (*Track, error)

	// Layers returns the interface to choose layers of these tracks. It is nil if they are not video, and for
	// SelectTrack.
	Layers() Layers

	// OnExpected registers f, which is called when a track was chosen and its media is still to arrive, with the MIME
	// type of its codec. It allows preparing for the codec: f must not block, and another codec may arrive.
	OnExpected(f func(mimeType string))

	// Close wakes Next, ends the current Track and removes its subscription. It may be called from any goroutine, and
	// more than once.
	Close()
}

// CriteriaSelector is a Selector of a Connection. Its criteria can be changed.
type CriteriaSelector interface {
	Selector

	// SetCriteria changes the criteria. A Track that still matches continues; any other ends, which ended reports, and
	// Next returns a track that matches. It may be called from any goroutine.
	SetCriteria(criteria Criteria) (ended bool)

	serve(from origin) // for Connection.Serve
}

// selection implements Selector for any origin.
type selection struct {
	from    origin        // nil until Serve
	closing chan struct{} // closed by Close
	changed chan struct{} // gets a token when the criteria have changed
	next    sync.Mutex    // held by Next

	mu         sync.Mutex
	criteria   Criteria
	closed     bool
	current    *Track
	layer      *choice                      // nil until SetLayer
	expected   func(mimeType string)        // may be nil
	following  string                       // identity of the followed participant, or ""
	chosen     string                       // SID of the chosen track, preferred as long as it is published
	subscribed bool                         // to the chosen track
	met        string                       // session in which the followed participant last gave a Track
	missing    <-chan time.Time             // fires when to stop waiting for a participant that a reconnect lost
	spent      map[*webrtc.TrackRemote]bool // media that ended although it is still published; true if the origin was told
}

// returnTimeout is how long to wait after a reconnect for a followed participant that Criteria do not name. It
// reconnects as we do, and the SDKs begin within a second.
const returnTimeout = 30 * time.Second

// origin is the source of a Selector's tracks.
type origin interface {
	// changes returns a channel that is closed when the result of look may have changed.
	changes() <-chan struct{}
	// look returns what is published now, or the error that ends the selection.
	look() (view, error)
	// subscribe requests the media of o for a selection, with its layer or nil. setLayer changes the layer, and
	// unsubscribe withdraws the request.
	subscribe(o offer, by *selection, layer *choice)
	setLayer(sid string, by *selection, layer *choice)
	unsubscribe(sid string, by *selection)
	// ended is called once when the media of o has ended although o is still published. An error ends the selection.
	ended(o offer) error
	// writePLI returns a function that asks the publisher of o for a key frame.
	writePLI(o offer) func(webrtc.SSRC)
	close()
}

// view is the state of an origin at one moment.
type view struct {
	session string          // "" while the state is unknown, such as during a reconnect
	present map[string]bool // identities of the participants
	offers  []offer
}

// NewSelector makes a Selector, which a Connection has to Serve before its first Next. All other methods may be called
// before that. It must be closed; Connection.Close ends the Selectors that were not.
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

// pick looks for a track once. It returns neither Track nor error if there is nothing to return yet.
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

// checkPresence handles that the followed participant is not in the room. It returns an error if a Track of the
// participant was returned in the same session: after a reconnect everyone is expected to come back.
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
		// A participant that Criteria name is waited for.
	case s.met == "":
		s.following = "" // it left before it gave a track
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

// take subscribes to o and returns a Track if its media is there and has not ended.
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

// endCurrent ends the last Track that was returned.
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

// offer returns the offer for which the Track was made.
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
