package livekitdevices

import (
	"cmp"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// track is what a device shows of a track.
type track struct {
	kind        caps.Kind
	room        string
	participant string // the identity
	shownAs     string // the participant's name, which may be empty
	sid         string
	name        string // the track's
	source      livekit.TrackSource
	mimeType    string // "" if it is not known
}

func newTrack(roomName string, o room.Offer) track {
	return track{
		kind: o.Kind, room: roomName, participant: o.Identity, shownAs: o.Publication.ParticipantInfo().GetName(),
		sid: o.SID, name: o.Name, source: o.Source, mimeType: o.MimeType,
	}
}

// displayName is for people, such as "alice: camera".
func (t track) displayName() string {
	what := room.SourceName(t.source)
	if t.source == livekit.TrackSource_UNKNOWN {
		what = cmp.Or(t.name, t.kind.String())
	}
	return cmp.Or(t.shownAs, t.participant) + ": " + what
}

// caps are those that the element can have on its pad for this track: raw, or untouched.
func (t track) caps() string {
	raw, all := caps.RawCaps(), caps.TemplateCaps()
	if t.kind == caps.Audio {
		raw, all = caps.RawAudioCaps(), caps.AudioTemplateCaps()
	}
	codec, err := caps.CodecFromMimeType(t.mimeType)
	if err != nil {
		return all
	}
	return raw + "; " + codec.TemplateCaps()
}
