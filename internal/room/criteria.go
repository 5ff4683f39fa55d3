package room

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Criteria say which tracks a Selector accepts. The zero value accepts all video.
type Criteria struct {
	Kind caps.Kind

	// Participant is an identity. If it is empty, and TrackSID too, the first participant that publishes a match is followed until
	// it leaves. All Selectors of one Connection that name nobody follow the same participant, who is preferably one that publishes
	// something for each of them: nobody gets the sound of one person with the picture of another. To have that, name one of them.
	Participant string

	// Source is the source of the track; TrackSource_UNKNOWN means any.
	Source livekit.TrackSource

	TrackName string // empty means any
	TrackSID  string // empty means any
}

// String describes the criteria, as in "a camera track of "robot-1"".
func (c Criteria) String() string {
	var b strings.Builder
	what := SourceName(c.Source)
	if c.Source == livekit.TrackSource_UNKNOWN {
		what = c.Kind.String()
	}
	article := "a"
	if strings.HasPrefix(what, "a") || strings.HasPrefix(what, "u") {
		article = "an"
	}
	fmt.Fprintf(&b, "%s %s track", article, what)
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

// SourceName is what people call a source, such as "screen share".
func SourceName(source livekit.TrackSource) string {
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

func (c Criteria) accepts(o Offer) bool {
	return c.Kind == o.Kind && (c.Participant == "" || c.Participant == o.Identity) &&
		(c.Source == livekit.TrackSource_UNKNOWN || c.Source == o.Source) &&
		(c.TrackName == "" || c.TrackName == o.Name) &&
		(c.TrackSID == "" || c.TrackSID == o.SID)
}

// choose returns the track that was chosen before if it is still there, or else another one of the followed
// participant. If no participant is followed, it returns a track of the one that joined first. Of one participant's
// tracks a camera or microphone is preferred to a screen share, and then the lowest SID, so that every run chooses the same.
func (c Criteria) choose(offers []Offer, following, chosen string) (Offer, bool) {
	offers = slices.DeleteFunc(slices.Clone(offers), func(o Offer) bool {
		return !c.accepts(o) || following != "" && o.Identity != following
	})
	if len(offers) == 0 {
		return Offer{}, false
	}
	return slices.MinFunc(offers, func(a, b Offer) int {
		return cmp.Or(
			-compareBool(a.SID == chosen, b.SID == chosen),
			cmp.Compare(a.Joined, b.Joined),
			cmp.Compare(a.Identity, b.Identity),
			cmp.Compare(sourceOrder(a.Source), sourceOrder(b.Source)),
			cmp.Compare(a.SID, b.SID),
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
	case livekit.TrackSource_CAMERA, livekit.TrackSource_MICROPHONE:
		return 0
	case livekit.TrackSource_SCREEN_SHARE, livekit.TrackSource_SCREEN_SHARE_AUDIO:
		return 1
	}
	return 2
}
