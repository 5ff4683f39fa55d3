package room

import (
	"cmp"
	"sync"
	"sync/atomic"

	"github.com/gst-livekit/gst-livekit/caps"
)

// followed is the participant whom Selectors follow whose Criteria name neither a participant nor a track. All of a Connection
// follow the same one, so that picture and sound are those of one person:
//
//   - Chosen is who publishes something for the most of them, then who publishes video for one, then who joined first.
//   - Whoever was chosen is followed until it leaves, by all of them: a Selector that finds nothing of it waits, even if others
//     publish that. Sound of one person with the picture of another is worse than none, and Waiting says what is missing.
//   - As long as no picture has come of it and a Selector waits for one, it gives way to a participant who publishes for all of them.
//   - When it leaves after any of them has received it, all of them learn of that.
//   - SetCriteria of any Selector of the Connection that names a participant or track has the others follow that participant,
//     once the track comes.
type followed struct {
	notify   func()        // wakes Next of the followers
	unserved *atomic.Int32 // Leases that may still serve a Selector, before which nobody is chosen; nil if there is none

	mu        sync.Mutex
	identity  string // "" while nobody is followed, and of a single track of an application
	met       string // session in which it last gave a Track
	seen      bool   // a Track of video was among them
	settled   bool   // no follower has a Track of somebody else
	followers map[*selection]*follower
}

// follower is what is known of a Selector by those that follow with it.
type follower struct {
	criteria Criteria
	with     string // whom it followed when it last looked
	left     string // who has left without this Selector having learned so
}

func newFollowed(notify func()) *followed {
	return &followed{notify: notify, followers: make(map[*selection]*follower)}
}

// enter makes a Selector one of the followers.
func (p *followed) enter(s *selection, criteria Criteria) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.followers[s] = &follower{criteria: criteria}
	p.notify()
}

// exit is the opposite of enter. Whom nobody follows any more is forgotten.
func (p *followed) exit(s *selection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.followers, s)
	if len(p.followers) == 0 {
		p.set("")
	}
}

// set sets who is followed. p.mu is held.
func (p *followed) set(identity string) {
	if p.identity != identity {
		p.identity, p.met, p.seen, p.settled = identity, "", false, false
		p.notify()
	}
}

// look returns whom a Selector follows; ok is false while that is nobody. lost is set if it is not back after a reconnect. An error
// says that it has left.
func (p *followed) look(s *selection, v View) (identity string, ok, lost bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.followers[s]
	if p.identity != "" && !v.Present[p.identity] {
		if p.met != "" && p.met != v.Session {
			f.with = p.identity
			return p.identity, true, true, nil
		}
		if p.met != "" {
			p.hasLeft()
		}
		p.set("")
	}
	if left := f.left; left != "" {
		f.left, f.with = "", ""
		return "", false, false, &ParticipantLeftError{Identity: left}
	}
	if p.identity == "" || p.givesWay() {
		best, found := p.best(v.Offers)
		switch {
		case p.identity != "":
			if found && best.fits == len(p.followers) {
				p.set(best.identity)
			}
		case !found || p.unserved != nil && p.unserved.Load() > 0:
			return "", false, false, nil
		default:
			p.set(best.identity)
		}
	}
	f.with = p.identity
	return p.identity, true, false, nil
}

// hasLeft keeps for the followers that somebody has left. p.mu is held.
func (p *followed) hasLeft() {
	for _, f := range p.followers {
		if f.with == p.identity {
			f.left = p.identity
		}
	}
}

// givesWay reports whether somebody else may be followed instead: no picture has come, and somebody waits for one. p.mu is held.
func (p *followed) givesWay() bool {
	video, audio := false, false
	for _, f := range p.followers {
		video = video || f.criteria.Kind == caps.Video
		audio = audio || f.criteria.Kind == caps.Audio
	}
	return video && audio && !p.seen
}

// candidate is a participant that may be followed.
type candidate struct {
	identity string
	joined   int64
	fits     int  // number of followers for whom it publishes something
	video    bool // is among that
	now      bool // is followed
}

// best returns who is to be followed, if there is somebody. p.mu is held.
func (p *followed) best(offers []Offer) (best candidate, found bool) {
	all := make(map[string]candidate)
	for _, f := range p.followers {
		counted := make(map[string]bool)
		for _, o := range offers {
			if counted[o.Identity] || !f.criteria.accepts(o) {
				continue
			}
			counted[o.Identity] = true
			c := all[o.Identity]
			all[o.Identity] = candidate{
				identity: o.Identity, joined: o.Joined, fits: c.fits + 1, video: c.video || o.Kind == caps.Video,
				now: o.Identity == p.identity,
			}
		}
	}
	for _, c := range all {
		if !found || c.compare(best) < 0 {
			best, found = c, true
		}
	}
	return best, found
}

// compare is negative if c is to be followed rather than the other one.
func (c candidate) compare(other candidate) int {
	return cmp.Or(
		cmp.Compare(other.fits, c.fits),
		-compareBool(c.now, other.now),
		-compareBool(c.video, other.video),
		cmp.Compare(c.joined, other.joined),
		cmp.Compare(c.identity, other.identity),
	)
}

// gave notes that a Selector got a Track, or keeps it with other criteria. It need not be a follower.
func (p *followed) gave(s *selection, t *Track, session string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.Identity != p.identity {
		return
	}
	p.met = session
	p.seen = p.seen || t.Kind == caps.Video
	if f := p.followers[s]; f != nil {
		f.with = t.Identity
	}
}

// move has who gave a Track followed, because a user wants that.
func (p *followed) move(s *selection, t *Track, session string) {
	p.mu.Lock()
	p.set(t.Identity)
	p.mu.Unlock()
	p.gave(s, t, session)
}

// forget stops following whom a follower does not wait for any more.
func (p *followed) forget(s *selection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.followers[s]
	if f != nil && f.with == p.identity { // else it was closed meanwhile, or another one has done so
		p.set("")
	}
}

// settle ends the Tracks of those who are not followed any more. No Selector's lock may be held.
func (p *followed) settle() {
	p.mu.Lock()
	if p.settled || p.identity == "" {
		p.mu.Unlock()
		return
	}
	p.settled = true
	identity := p.identity
	var all []*selection
	for s := range p.followers {
		all = append(all, s)
	}
	p.mu.Unlock()
	for _, s := range all {
		s.follow(identity)
	}
}

// narrow returns criteria that name who is followed, if they name nobody and somebody is.
func (p *followed) narrow(criteria Criteria) Criteria {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !criteria.names() {
		criteria.Participant = p.identity
	}
	return criteria
}
