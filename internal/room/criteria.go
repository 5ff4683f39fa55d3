package room

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
)

// Kind is a kind of media.
type Kind int

// Video is the only kind that is received so far.
const Video Kind = iota

// kinds are the kinds' names in the SDK and in pion.
var kinds = [...]string{Video: "video"}

func (k Kind) String() string { return kinds[k] }

// kindOf returns the kind with a name; known is false if it cannot be received here.
func kindOf(name string) (kind Kind, known bool) {
	i := slices.Index(kinds[:], name)
	return Kind(i), i >= 0
}

// Criteria say which tracks a Selector accepts. The zero value accepts all video.
type Criteria struct {
	Kind Kind

	// Participant is an identity. If it is empty, the first participant that publishes a match is followed until it
	// leaves.
	Participant string

	// Source is the source of the track; TrackSource_UNKNOWN means any.
	Source livekit.TrackSource

	TrackName string // empty means any
	TrackSID  string // empty means any
}

// String describes the criteria, as in "a camera track of "robot-1"".
func (c Criteria) String() string {
	var b strings.Builder
	what := sourceName(c.Source)
	if c.Source == livekit.TrackSource_UNKNOWN {
		what = c.Kind.String()
	}
	fmt.Fprintf(&b, "a %s track", what)
	if c.TrackName != "" {
		fmt.Fprintf(&b, " named %q", c.TrackName)
	}
	if c.TrackSID != "" {
		fmt.Fprintf(&b, " with SID %s", c.TrackSID)
	}
	if c.Participant != "" {
		fmt.Fprintf(&b, " of %q", c.Participant)
	}
	return b.String()
}

func sourceName(source livekit.TrackSource) string {
	switch source {
	case livekit.TrackSource_CAMERA:
		return "camera"
	case livekit.TrackSource_MICROPHONE:
		return "microphone"
	case livekit.TrackSource_SCREEN_SHARE:
		return "screen share"
	case livekit.TrackSource_SCREEN_SHARE_AUDIO:
		return "screen share audio"
	case livekit.TrackSource_UNKNOWN:
		return "unknown source"
	}
	return source.String()
}

// offer is one published track.
type offer struct {
	kind     Kind
	identity string
	joined   int64 // when the publisher joined, in Unix milliseconds; 0 if unknown
	sid      string
	name     string
	source   livekit.TrackSource

	remote    *webrtc.TrackRemote // nil while there is no media
	receiver  *webrtc.RTPReceiver
	pub       *lksdk.RemoteTrackPublication // nil for SelectTrack
	publisher *lksdk.RemoteParticipant      // nil for SelectTrack
}

func (c Criteria) accepts(o offer) bool {
	return c.Kind == o.kind && (c.Participant == "" || c.Participant == o.identity) &&
		(c.Source == livekit.TrackSource_UNKNOWN || c.Source == o.source) &&
		(c.TrackName == "" || c.TrackName == o.name) &&
		(c.TrackSID == "" || c.TrackSID == o.sid)
}

// choose returns the track that was chosen before if it is still there, or else another one of the followed
// participant. If no participant is followed, it returns a track of the one that joined first. Of one participant's
// tracks a camera is preferred to a screen share, and then the lowest SID, so that every run chooses the same.
func (c Criteria) choose(offers []offer, following, chosen string) (offer, bool) {
	offers = slices.DeleteFunc(slices.Clone(offers), func(o offer) bool {
		return !c.accepts(o) || following != "" && o.identity != following
	})
	if len(offers) == 0 {
		return offer{}, false
	}
	return slices.MinFunc(offers, func(a, b offer) int {
		return cmp.Or(
			-compareBool(a.sid == chosen, b.sid == chosen),
			cmp.Compare(a.joined, b.joined),
			cmp.Compare(a.identity, b.identity),
			cmp.Compare(sourceOrder(a.source), sourceOrder(b.source)),
			cmp.Compare(a.sid, b.sid),
		)
	}), true
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func sourceOrder(source livekit.TrackSource) int {
	switch source { //nolint:exhaustive // all others come last
	case livekit.TrackSource_CAMERA:
		return 0
	case livekit.TrackSource_SCREEN_SHARE:
		return 1
	}
	return 2
}

// offersOf lists the tracks that rp publishes.
func offersOf(rp *lksdk.RemoteParticipant) []offer {
	var offers []offer
	for _, p := range rp.TrackPublications() {
		pub, ok := p.(*lksdk.RemoteTrackPublication)
		if !ok {
			continue
		}
		kind, known := kindOf(string(pub.Kind()))
		if !known {
			continue
		}
		offers = append(offers, offer{
			kind: kind, identity: rp.Identity(), joined: joinedAt(rp),
			sid: pub.SID(), name: pub.Name(), source: pub.Source(),
			remote: pub.TrackRemote(), receiver: pub.Receiver(), pub: pub, publisher: rp,
		})
	}
	return offers
}
