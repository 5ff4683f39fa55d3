package room

import (
	"fmt"
	"slices"
	"strings"

	lksdk "github.com/livekit/server-sdk-go/v2"
)

// person is a participant in the room, for a sentence.
type person struct {
	identity string
	tracks   []string // published tracks, such as "camera"
}

// waitingSentence says what is missing and what is there instead.
func waitingSentence(criteria Criteria, people []person) string {
	s := "waiting for " + criteria.String()
	if len(people) == 0 {
		return s + "; nobody else is in the room"
	}
	slices.SortFunc(people, func(a, b person) int { return strings.Compare(a.identity, b.identity) })
	var names []string
	for _, p := range people {
		slices.Sort(p.tracks)
		what := "publishes nothing"
		if len(p.tracks) > 0 {
			what = strings.Join(p.tracks, ", ")
		}
		names = append(names, fmt.Sprintf("%q (%s)", p.identity, what))
	}
	return s + "; in the room: " + strings.Join(names, ", ")
}

func personOf(rp *lksdk.RemoteParticipant) person {
	p := person{identity: rp.Identity()}
	for _, pub := range rp.TrackPublications() {
		what := sourceName(pub.Source())
		if pub.IsMuted() {
			what += ", muted"
		}
		p.tracks = append(p.tracks, what)
	}
	return p
}

// Waiting returns a sentence that says why a Selector with these criteria is waiting: who is in the room and what they
// publish, or why the media of a matching track may not arrive.
func (c *Connection) Waiting(criteria Criteria) string {
	switch c.State() {
	case StateClosed:
		return "not connected: " + c.Err().Error()
	case StateNew, StateConnecting:
		return "waiting to be let into room " + fmt.Sprintf("%q", c.target.room)
	case StateReconnecting:
		return "waiting for the connection to " + c.target.url + " to come back"
	case StateConnected:
	}
	v, err := c.look()
	if o, ok := criteria.choose(v.offers, "", ""); ok && err == nil {
		return c.waitingForMedia(o)
	}
	var people []person
	for _, rp := range c.sdk.GetRemoteParticipants() {
		people = append(people, personOf(rp))
	}
	return waitingSentence(criteria, people)
}

// waitingForMedia explains why a published track does not arrive. The SDK ignores what the server says about it.
func (c *Connection) waitingForMedia(o offer) string {
	s := fmt.Sprintf("waiting for the media of track %s (%s) of %q", o.sid, sourceName(o.source), o.identity)
	if p := c.sdk.LocalParticipant.Permissions(); p != nil && !p.GetCanSubscribe() {
		return s + ": our permission to subscribe was withdrawn"
	}
	c.mu.Lock()
	failed := c.failed[o.sid]
	c.mu.Unlock()
	switch {
	case failed:
		return s + ": the subscription failed"
	case o.pub.IsMuted():
		return s + ": it is muted"
	}
	return s + ": the publisher may not permit us to receive it, or it has not sent anything yet"
}
