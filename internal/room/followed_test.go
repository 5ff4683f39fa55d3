package room

import (
	"errors"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// scene is a room in which Selectors look, without a server.
type scene struct {
	t       *testing.T
	session string
	offers  []Offer
	shared  *followed
	changed broadcast.Broadcast
}

func newScene(t *testing.T) *scene {
	s := &scene{t: t, session: "session 1"}
	s.shared = newFollowed(s.changed.Fire)
	return s
}

func offer(identity string, joined int64, kind caps.Kind) Offer {
	return Offer{Identity: identity, Joined: joined, Kind: kind, SID: "TR_" + kind.String() + "_" + identity}
}

func both(identity string, joined int64) []Offer {
	return []Offer{offer(identity, joined, caps.Video), offer(identity, joined, caps.Audio)}
}

// enter makes a Selector that follows with the others.
func (s *scene) enter(criteria Criteria) *selection {
	selector := newSelection(nil, criteria)
	selector.mu.Lock()
	defer selector.mu.Unlock()
	selector.exit()
	selector.shared = s.shared
	selector.enter()
	return selector
}

func (s *scene) view() View {
	v := newView(s.session, s.offers)
	v.Present["somebody"] = true
	return v
}

// look has a Selector look, and receive what it finds. It returns of whom that is, "" if it finds nothing.
func (s *scene) look(selector *selection) (identity string, err error) {
	s.t.Helper()
	selector.mu.Lock()
	following, ok, err := selector.whom(s.view())
	if err == nil && ok {
		if o, found := selector.criteria.choose(s.offers, following, selector.chosen); found {
			t := &Track{Kind: o.Kind, Identity: o.Identity, SID: o.SID}
			selector.session, selector.chosenOf = s.session, o.Identity
			selector.gave(t)
			identity = o.Identity
		}
	}
	selector.mu.Unlock()
	return identity, err
}

func (s *scene) mustFind(selector *selection, want string) {
	s.t.Helper()
	if got, err := s.look(selector); got != want || err != nil {
		s.t.Errorf("%v: found %q, %v, want %q", selector.criteria, got, err, want)
	}
}

func (s *scene) mustHaveLeft(selector *selection, identity string) {
	s.t.Helper()
	_, err := s.look(selector)
	if left := new(ParticipantLeftError); !errors.As(err, &left) || left.Identity != identity {
		s.t.Errorf("%v: got %v, want that %q has left", selector.criteria, err, identity)
	}
}

var (
	anyVideo = Criteria{}
	anySound = Criteria{Kind: caps.Audio}
)

// Whoever looks first, it is the same.
func TestWhoHasBothIsFollowed(t *testing.T) {
	t.Parallel()
	bob, carol := offer("bob", 1, caps.Video), offer("carol", 2, caps.Audio)
	for name, test := range map[string]struct {
		offers       []Offer
		video, sound string
	}{
		"everybody has both":             {append(both("bob", 2), both("alice", 1)...), "alice", "alice"},
		"one has both and joined last":   {append(both("alice", 3), bob, carol), "alice", "alice"},
		"a picture alone":                {[]Offer{bob}, "bob", ""},
		"sound alone":                    {[]Offer{carol}, "", "carol"},
		"one has pictures and one sound": {[]Offer{carol, bob}, "bob", ""},
		"the one with sound came first":  {[]Offer{offer("agent", 0, caps.Audio), bob}, "bob", ""},
		"nobody":                         {nil, "", ""},
	} {
		for first, order := range map[string]func(v, s func()){
			"video looks first": func(v, s func()) { v(); s() }, "sound looks first": func(v, s func()) { s(); v() },
		} {
			t.Run(name+"/"+first, func(t *testing.T) {
				t.Parallel()
				s := newScene(t)
				s.offers = test.offers
				video, sound := s.enter(anyVideo), s.enter(anySound)
				order(func() { s.mustFind(video, test.video) }, func() { s.mustFind(sound, test.sound) })
			})
		}
	}
}

func TestWhoIsFollowedIsFollowedUntilItLeaves(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	video, sound := s.enter(anyVideo), s.enter(anySound)
	s.offers = append(both("alice", 1), both("bob", 2)...)
	s.mustFind(video, "alice")
	s.mustFind(sound, "alice")
	s.offers = append([]Offer{offer("alice", 1, caps.Video)}, both("bob", 2)...)
	s.mustFind(sound, "") // she is silent, and not replaced
	s.mustFind(video, "alice")
	s.offers = both("bob", 2)
	s.mustHaveLeft(video, "alice")
	s.mustHaveLeft(sound, "alice")
	s.mustFind(video, "bob")
	s.mustFind(sound, "bob")
}

// Who records picture and sound wants both to end.
func TestWhoReceivesNothingLearnsOfTheLeavingToo(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	video, sound := s.enter(anyVideo), s.enter(anySound)
	s.offers = []Offer{offer("robot", 1, caps.Video)}
	s.mustFind(video, "robot")
	s.mustFind(sound, "")
	s.offers = both("bob", 2)
	s.mustHaveLeft(sound, "robot")
	s.mustFind(sound, "bob")
	s.mustHaveLeft(video, "robot")
	s.mustFind(video, "bob")
}

func TestWhoLeavesBeforeAnythingCameIsReplaced(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	video, sound := s.enter(anyVideo), s.enter(anySound)
	s.offers = both("alice", 1)
	video.mu.Lock()
	if got, ok, err := video.whom(s.view()); got != "alice" || !ok || err != nil {
		t.Errorf("got %q, %v, %v", got, ok, err)
	}
	video.mu.Unlock()
	s.offers = both("bob", 2)
	s.mustFind(sound, "bob")
	s.mustFind(video, "bob")
}

// An agent may speak before the human is there whom the picture is to be of.
func TestSoundAloneGivesWayToWhoHasBoth(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	video, sound := s.enter(anyVideo), s.enter(anySound)
	agent := offer("agent", 1, caps.Audio)
	s.offers = []Offer{agent}
	s.mustFind(sound, "agent")
	s.mustFind(video, "")
	s.offers = []Offer{agent, offer("robot", 2, caps.Video)}
	s.mustFind(video, "") // that would silence the agent
	s.offers = append(both("alice", 3), agent)
	s.mustFind(video, "alice")
	s.mustFind(sound, "alice")
	s.offers = append([]Offer{offer("alice", 3, caps.Audio)}, both("bob", 4)...)
	s.mustFind(video, "") // her picture was there, and may come back
	s.mustFind(sound, "alice")
}

func TestAReconnectDoesNotReplaceWhoIsFollowed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	video, sound := s.enter(anyVideo), s.enter(anySound)
	s.offers = both("alice", 1)
	s.mustFind(video, "alice")
	s.session, s.offers = "session 2", both("bob", 2)
	s.mustFind(sound, "")
	s.mustFind(video, "")
	s.offers = append(s.offers, both("alice", 3)...)
	s.mustFind(sound, "alice")
	s.mustFind(video, "alice")
	// And when it does not come back, both take the same other one.
	s.session, s.offers = "session 3", append(both("bob", 4), both("carol", 5)...)
	s.mustFind(video, "")
	s.mustFind(sound, "")
	video.forget()
	s.mustFind(video, "bob")
	sound.forget()
	s.mustFind(sound, "bob")
	s.mustFind(video, "bob")
}

func TestSetCriteriaMovesTheOthers(t *testing.T) {
	t.Parallel()
	for name, named := range map[string]Criteria{
		"by participant": {Participant: "bob"}, "by track": {TrackSID: offer("bob", 0, caps.Video).SID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			video, sound := s.enter(anyVideo), s.enter(anySound)
			s.offers = append(both("alice", 1), both("bob", 2)...)
			s.mustFind(video, "alice")
			s.mustFind(sound, "alice")
			video.SetCriteria(named)
			s.mustFind(sound, "alice") // until the picture is there
			s.mustFind(video, "bob")
			s.mustFind(sound, "bob")
			video.SetCriteria(anyVideo)
			s.mustFind(video, "bob")
		})
	}
}

// Who was named from the beginning is nobody's choice but that Selector's.
func TestOneThatIsNamedMovesNobody(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	named, sound := s.enter(Criteria{Participant: "bob"}), s.enter(anySound)
	s.offers = append(both("alice", 1), both("bob", 2)...)
	s.mustFind(named, "bob")
	s.mustFind(sound, "alice")
}

// Without others nothing is as it was with them.
func TestALoneSelectorChoosesAnewWithOtherCriteria(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	video := s.enter(Criteria{Source: camera})
	screen := Offer{Identity: "bob", Joined: 2, SID: "TR_s", Source: screenShare}
	s.offers = []Offer{{Identity: "alice", Joined: 1, SID: "TR_c", Source: camera}, screen}
	s.mustFind(video, "alice")
	video.SetCriteria(Criteria{Source: screenShare})
	s.mustFind(video, "bob")
	video.Close()
	next := s.enter(anyVideo)
	s.mustFind(next, "alice")
}

func TestPictureAndSoundAreOfOnePerson(t *testing.T) {
	t.Parallel()
	video := roomtest.NewPublisher(t, server, "video only")
	video.Publish(camera, "")
	alice, bob := roomtest.NewPublisher(t, server, "alice"), roomtest.NewPublisher(t, server, "bob")
	for _, p := range []*roomtest.Publisher{bob, alice} {
		p.Publish(camera, "")
		p.PublishOpus()
	}
	one, two := mustShare(t, config(t, server)), mustShare(t, config(t, server))
	picture, sound := NewSelector(anyVideo), NewSelector(anySound)
	defer picture.Close()
	defer sound.Close()
	one.Serve(picture)
	first := nextInBackground(patient(t), picture) // waits for the other one, which has joined with it
	two.Serve(sound)
	seen, heard := mustGet(t, first), mustNext(t, sound)
	if seen.err != nil || seen.track.Identity != heard.Identity || heard.Identity == "video only" {
		t.Fatalf("got %+v, and sound of %q", seen, heard.Identity)
	}
	other, left := bob, alice
	if heard.Identity == "bob" {
		other, left = alice, bob
	}
	name := other.Room.LocalParticipant.Identity()
	picture.SetCriteria(Criteria{Participant: name})
	now := mustNext(t, picture)
	roomtest.MustEnd(t, heard)
	if !heard.Moved() || seen.track.Moved() {
		t.Error("the reason for the end is not known")
	}
	too := mustNext(t, sound)
	if now.Identity != name || too.Identity != name {
		t.Errorf("the picture is of %q, and the sound of %q", now.Identity, too.Identity)
	}
	left.Leave()
	other.Leave()
	roomtest.MustEnd(t, now)
	roomtest.MustEnd(t, too)
	for _, s := range []Selector{picture, sound} {
		_, err := s.Next(patient(t))
		if gone := new(ParticipantLeftError); !errors.As(err, &gone) || gone.Identity != name {
			t.Errorf("got %v", err)
		}
	}
}

// TestALeaseThatOnlyLooksIsNotWaitedFor: as long as one may still serve a Selector, nobody is chosen.
func TestALeaseThatOnlyLooksIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	looking, one := mustShare(t, config(t, server)), mustShare(t, config(t, server))
	picture := NewSelector(anyVideo)
	defer picture.Close()
	one.Serve(picture)
	looking.ServeNone()
	mustNext(t, picture)
}

func TestWaitingSaysWhoIsFollowed(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	roomtest.NewPublisher(t, server, "bob").PublishOpus()
	c := mustJoin(t, config(t, server))
	mustNext(t, mustSelect(t, c, anyVideo))
	mustSelect(t, c, anySound)
	const want = `waiting for an audio track of "alice"; in the room: "alice" (camera), "bob" (microphone)`
	await(t, c.Changed, want, func() bool { return c.Waiting(anySound) == want })
	if c.Offered(anySound) || !c.Offered(anyVideo) {
		t.Error("the wrong track is offered")
	}
}
