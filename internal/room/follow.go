package room

import "time"

// names reports whether Criteria say whose track it is to be.
func (c Criteria) names() bool { return c.Participant != "" || c.TrackSID != "" }

// leader returns where it is known whom a Selector follows, nil if its Criteria name the participant. s.mu is held.
func (s *selection) leader() *followed {
	switch {
	case s.criteria.Participant != "":
		return nil
	case s.shared != nil && !s.criteria.names():
		return s.shared
	}
	return s.own
}

// enter begins to follow. s.mu is held, or s is new.
func (s *selection) enter() {
	if p := s.leader(); p != nil {
		p.enter(s, s.criteria)
	}
}

// exit is the opposite of enter. s.mu is held.
func (s *selection) exit() {
	if p := s.leader(); p != nil {
		p.exit(s)
	}
}

// whom returns the participant that has to give the Track, "" if anybody may; ok is false if nobody may yet. It returns an error if
// that participant has left which gave a Track in the same session: after a reconnect everyone is expected to come back. s.mu is
// held.
func (s *selection) whom(v View) (identity string, ok bool, err error) {
	p := s.leader()
	if p == nil {
		identity = s.criteria.Participant
		if s.met != v.Session || v.Present[identity] {
			return identity, true, nil // or it is waited for
		}
		s.unsubscribe()
		s.met = ""
		return "", false, &ParticipantLeftError{Identity: identity}
	}
	identity, ok, lost, err := p.look(s, v)
	switch {
	case err != nil:
		s.unsubscribe()
	case !lost:
		s.missing = nil
	case s.missing == nil:
		s.missing = time.After(returnTimeout)
	}
	return identity, ok, err
}

// gave notes who gave a Track. s.mu is held.
func (s *selection) gave(t *Track) {
	p := s.leader()
	if p == nil {
		s.met = s.session
	}
	if s.leads && s.shared != nil {
		s.shared.move(s, t, s.session)
	}
	if s.leads && p == s.own {
		p.move(s, t, s.session)
	}
	s.leads = false
	if p != nil {
		p.gave(s, t, s.session)
	}
}

// forget stops waiting for a participant that did not come back after a reconnect.
func (s *selection) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missing = nil
	if p := s.leader(); p != nil {
		p.forget(s)
	}
}

// follow ends a Track of somebody whom the others do not follow any more.
func (s *selection) follow(identity string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leader() != s.shared {
		return
	}
	if t := s.current; t != nil && t.Identity != identity {
		t.moved.Store(true)
		s.endCurrent()
	}
	if s.chosenOf != identity {
		s.unsubscribe()
	}
}
