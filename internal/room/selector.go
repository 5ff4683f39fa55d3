package room

import (
	"context"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Selector gives the tracks that match its criteria, one after another. NewSelector and Select make one.
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

	// LossReason waits until it is known why the last Track ended, and takes no other one. It returns nil when the session
	// has ended with it, which a reconnect replaces; otherwise the reason for which the connection ended, or ErrClosed. If
	// neither happens until ctx ends, it returns a *ParticipantLeftError, or the cause of ctx's end when the participant is
	// still there. It is for the goroutine of Next.
	LossReason(ctx context.Context) error

	serve(from *Connection) // for Connection.Serve
	begin()                 // subscribes to the track that Next would wait for, if it is there already
}

// selection implements Selector for any origin.
type selection struct {
	from    Origin        // nil until Serve
	closing chan struct{} // closed by Close
	changed chan struct{} // gets a token when the criteria have changed
	next    sync.Mutex    // held by Next

	mu         sync.Mutex
	criteria   Criteria
	closed     bool
	current    *Track
	layer      *Choice                   // nil until SetLayer
	expected   func(mimeType string)     // may be nil
	own        *followed                 // whom it follows if its Criteria name a track, or if from is not a Connection
	shared     *followed                 // whom the Selectors of its Connection follow that name nobody; else nil
	leads      bool                      // SetCriteria has named whom those are to follow, once it gives a Track
	chosen     string                    // SID of the chosen track, preferred as long as it is published
	chosenOf   string                    // identity of its participant
	subscribed bool                      // to the chosen track
	session    string                    // in which the last Track was given
	met        string                    // session in which the participant that Criteria name last gave a Track
	missing    <-chan time.Time          // fires when to stop waiting for a participant that a reconnect lost
	spent      map[rtp.PacketReader]bool // media that ended although it is still published; true if the origin was told
}

// returnTimeout is how long to wait after a reconnect for a followed participant that Criteria do not name. It
// reconnects as we do, and the SDKs begin within a second.
const returnTimeout = 30 * time.Second

// NewSelector makes a Selector, which a Connection has to Serve before its first Next. All other methods may be called
// before that. It must be closed; Connection.Close ends the Selectors that were not.
func NewSelector(criteria Criteria) CriteriaSelector { return newSelection(nil, criteria) }

// Select makes a Selector of what an Origin gives. It must be closed.
func Select(from Origin, criteria Criteria) Selector { return newSelection(from, criteria) }

func newSelection(from Origin, criteria Criteria) *selection {
	s := &selection{
		criteria: criteria, from: from, closing: make(chan struct{}), changed: make(chan struct{}, 1),
		spent: make(map[rtp.PacketReader]bool), own: newFollowed(func() {}),
	}
	s.enter()
	return s
}

func (s *selection) Next(ctx context.Context) (*Track, error) {
	if !s.next.TryLock() {
		return nil, errConcurrentNext
	}
	defer s.next.Unlock()
	for {
		changed := s.from.Changed()
		t, missing, err := s.pick()
		if s.shared != nil {
			s.shared.settle()
		}
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

func (s *selection) LossReason(ctx context.Context) error {
	for {
		changed := s.from.Changed()
		v, err := s.from.Look()
		s.mu.Lock()
		session, identity := s.session, s.chosenOf
		s.mu.Unlock()
		if err != nil || v.Session != session {
			return err
		}
		select {
		case <-changed:
		case <-s.closing:
			return ErrClosed
		case <-ctx.Done():
			if !v.Present[identity] {
				return &ParticipantLeftError{Identity: identity}
			}
			return context.Cause(ctx)
		}
	}
}

func (s *selection) serve(from *Connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exit()
	s.from, s.shared = from, from.followed
	if !s.closed {
		s.enter()
	}
}

func (s *selection) Layers() Layers {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.from != nil && !s.from.HasLayers() || s.criteria.Kind != caps.Video {
		return nil
	}
	return s
}

func (s *selection) SetLayer(wanted caps.Layer, atMost caps.Quality) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.layer = &Choice{wanted, atMost}
	if s.subscribed {
		s.from.SetLayer(s.chosen, s, s.layer)
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
	s.exit()
	if s.from != nil {
		s.from.Closed()
	}
}

func (s *selection) SetCriteria(criteria Criteria) (ended bool) {
	ended, shared := s.setCriteria(criteria)
	if shared != nil {
		shared.settle()
	}
	return ended
}

// setCriteria returns whom others follow with it, too, which serve may set at the same time.
func (s *selection) setCriteria(criteria Criteria) (ended bool, shared *followed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if criteria == s.criteria || s.closed {
		return false, nil
	}
	s.exit()
	s.criteria = criteria
	s.enter()
	s.missing = nil
	s.met, s.leads = "", criteria.names()
	if t := s.current; t != nil && criteria.accepts(t.offer()) {
		s.leads = true // if not to somebody else, then back to this one
		s.gave(t)
		return false, s.shared
	}
	ended = s.current != nil
	s.endCurrent()
	s.unsubscribe()
	s.chosen = ""
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return ended, s.shared
}

// pick looks for a track once. It returns neither Track nor error if there is nothing to return yet.
func (s *selection) pick() (*Track, <-chan time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, ErrClosed
	}
	s.endCurrent()
	o, session, missing, err := s.choose()
	if o == nil || err != nil {
		return nil, missing, err
	}
	t, err := s.take(*o)
	if t != nil {
		s.session = session
		s.gave(t)
	}
	return t, nil, err
}

// choose returns what to receive of a session, or nil while there is nothing. s.mu is held.
func (s *selection) choose() (o *Offer, session string, missing <-chan time.Time, err error) {
	v, err := s.from.Look()
	if err != nil || v.Session == "" {
		return nil, "", nil, err
	}
	following, ok, err := s.whom(v)
	if err != nil || !ok {
		return nil, "", nil, err
	}
	chosen, ok := s.criteria.choose(v.Offers, following, s.chosen)
	if !ok {
		return nil, "", s.missing, nil
	}
	return &chosen, v.Session, nil, nil
}

func (s *selection) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.subscribed {
		return
	}
	if o, _, _, err := s.choose(); o != nil && err == nil { // Next finds the same error
		s.wish(*o)
	}
}

// wish subscribes to o.
func (s *selection) wish(o Offer) {
	if o.SID != s.chosen {
		s.unsubscribe()
		clear(s.spent)
	}
	s.chosen, s.chosenOf = o.SID, o.Identity
	if s.subscribed {
		return
	}
	s.subscribed = true
	s.from.Subscribe(o, s, s.layer)
	if s.expected != nil && o.Publication != nil && o.Media == nil {
		s.expected(o.MimeType)
	}
}

// take subscribes to o and returns a Track if its media is there and has not ended.
func (s *selection) take(o Offer) (*Track, error) {
	s.wish(o)
	if o.Media == nil {
		return nil, nil
	}
	remote := o.Media.Packets()
	if told, spent := s.spent[remote]; spent {
		if told {
			return nil, nil
		}
		s.spent[remote] = true
		return nil, s.from.Ended(o)
	}
	t := s.newTrack(o)
	var attached bool
	if t.packets, attached = rtp.Hold(remote, o.Media.Codec().ClockRate, t.Reader); !attached {
		t.packets.Drop()
		s.spent[remote] = true
		return nil, s.from.Ended(o)
	}
	s.current = t
	clear(s.spent) // media of before does not come back
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
		s.spent[t.media.Packets()] = false
	}
	t.packets.Drop()
}

func (s *selection) unsubscribe() {
	if s.subscribed {
		s.subscribed = false
		s.from.Unsubscribe(s.chosen, s)
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
func (t *Track) offer() Offer {
	return Offer{Kind: t.Kind, Identity: t.Identity, SID: t.SID, Name: t.Name, Source: t.Source}
}

func (s *selection) newTrack(o Offer) *Track {
	t := &Track{
		Kind: o.Kind, SID: o.SID, Name: o.Name, Source: o.Source, Identity: o.Identity, ParticipantSID: o.ParticipantSID,
		MimeType: o.Media.Codec().MimeType,
		media:    o.Media, publication: o.Publication, changed: s.from.Changed, release: s.release,
		Reader: rtp.NewReader(),
	}
	if c, ok := s.from.(*Connection); ok {
		t.Server, t.Room = c.target.url, c.Room()
		t.injectedTrailer, t.congested = c.SIFTrailer, c.roaming.congestion.isThere
	}
	return t
}
