package room

import (
	"fmt"
	"slices"
	"strings"

	"github.com/livekit/protocol/livekit"
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

func personOf(info *livekit.ParticipantInfo) person {
	p := person{identity: info.GetIdentity()}
	for _, track := range info.GetTracks() {
		what := SourceName(track.GetSource())
		if track.GetMuted() {
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
	criteria = c.followed.narrow(criteria)
	v, err := c.Look()
	if o, ok := criteria.choose(v.Offers, "", ""); ok && err == nil {
		return c.waitingForMedia(o)
	}
	var people []person
	for _, info := range c.sub.Participants() {
		people = append(people, personOf(info))
	}
	return waitingSentence(criteria, people)
}

// waitingForMedia explains why a published track does not arrive.
func (c *Connection) waitingForMedia(o Offer) string {
	return fmt.Sprintf("waiting for the media of track %s (%s) of %q: %s", o.SID, SourceName(o.Source), o.Identity, c.missing(o))
}

func (c *Connection) missing(o Offer) string {
	why, refused := c.sub.Refused(o.SID)
	p := c.sub.Participant().GetPermission()
	switch {
	case p != nil && !p.GetCanSubscribe():
		return "our permission to subscribe was withdrawn"
	case c.sub.Forbidden(o.SID):
		return "the publisher does not permit us to receive it"
	case refused && why == livekit.SubscriptionError_SE_CODEC_UNSUPPORTED:
		return fmt.Sprintf("the server does not send %s to us", o.MimeType)
	case refused && why == livekit.SubscriptionError_SE_TRACK_NOTFOUND:
		return "the server does not find it"
	case o.Publication.Muted():
		return "it is muted"
	case c.sub.Paused(o.SID):
		return "the server has paused it, because the path from it is too narrow"
	}
	return "the publisher has not sent anything yet, or does not permit us to receive it"
}
