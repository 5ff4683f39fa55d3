package engine

import (
	"fmt"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
)

// NoPictureError says that a track gives no picture although it should, why, and what to do about it.
type NoPictureError struct {
	Participant string        // identity of the publisher; "" with FromTrack
	TrackSID    string        //
	Codec       string        // such as "VP8"
	For         time.Duration // how long there has been no picture
	Reason      string        // why, as a phrase that ends the error's sentence
}

func (e *NoPictureError) Error() string {
	return fmt.Sprintf("no picture for %v from %s: %s", e.For, e.Track(), e.Reason)
}

// Track describes the track for use in a sentence.
func (e *NoPictureError) Track() string {
	s := fmt.Sprintf("track %s (%s)", e.TrackSID, e.Codec)
	if e.Participant != "" {
		s += fmt.Sprintf(" of %q", e.Participant)
	}
	return s
}

// sight is the state of a track at one moment. Its counters only grow.
type sight struct {
	received video.Stats
	pictures uint64 // pictures that came out of the decoder, or units pushed downstream without decoding
	handed   uint64 // access units that the chain accepted
	refused  uint64 // access units that the chain refused

	decoder       string // empty while there is none, and when the stream is not decoded
	camera        bool   // the track is a camera, which moves, unlike a shared screen
	muted         bool
	unwanted      bool  // nobody wants pictures: paused, or switched off by the layer
	undecryptable error // why frames cannot be decrypted, which was reported, or nil
	askable       bool  // there is a way to ask the publisher for a key frame
}

// since returns s with its counters relative to the earlier sight b.
func (s sight) since(b sight) sight {
	r, before := &s.received, &b.received
	r.Packets -= before.Packets
	r.Padding -= before.Padding
	r.Malformed -= before.Malformed
	r.Duplicates -= before.Duplicates
	r.Late -= before.Late
	r.Lost -= before.Lost
	r.AccessUnits -= before.AccessUnits
	r.KeyFrames -= before.KeyFrames
	r.KeyFramesBegun -= before.KeyFramesBegun
	r.BareKeyFrames -= before.BareKeyFrames
	r.Dropped -= before.Dropped
	r.Oversized -= before.Oversized
	r.BlankFrames -= before.BlankFrames
	r.KeyFrameRequests -= before.KeyFrameRequests
	s.pictures -= b.pictures
	s.handed -= b.handed
	s.refused -= b.refused
	return s
}

// media returns how many packets were received that could be part of a picture.
func (s sight) media() uint64 {
	r := s.received
	nothing := r.Padding + r.BlankFrames + r.Duplicates + r.Late
	return r.Packets - min(r.Packets, nothing)
}

// shown reports whether this track has produced a picture, and not only the track before it.
func (s sight) shown() bool { return s.pictures > 0 && s.handed > 0 }

// lossy is the loss, one packet in so many, that is enough to make every key frame incomplete.
const lossy = 10

// reason describes what was received instead of a picture, and what to do about it. It says only what is known.
func (s sight) reason() string {
	r := s.received
	switch {
	case s.muted:
		return "it is muted"
	case s.undecryptable != nil:
		return s.undecryptable.Error()
	case s.handed > 0 && s.decoder != "":
		return fmt.Sprintf("decoder %s makes none of %d encoded frames; try another one: GST_PLUGIN_FEATURE_RANK=%s:NONE",
			s.decoder, s.handed, s.decoder)
	case s.refused > 0:
		return "the next elements accept no data"
	case r.Malformed > 0 && r.AccessUnits+r.Dropped == 0:
		return packets(r.Malformed) + " came that are not valid; restart its publisher"
	case r.Packets == 0:
		return "no packets come; see whether others in the room see it, and restart its publisher if they do not"
	case s.media() == 0:
		return "only padding comes from the server: its publisher sends nothing, or no key frame to begin with, " +
			"or there is too little bandwidth; see whether others in the room see it"
	case r.Oversized > 0:
		return "its pictures are larger than is allowed; raise max-pixels (WithMaxPixels) if they are meant to be"
	case r.BareKeyFrames > 0:
		return fmt.Sprintf("%s came without the parameter sets that decoding needs; "+
			"its publisher's encoder has to send them with each key frame", several(r.BareKeyFrames, "key frame"))
	case r.Lost > 0 && r.KeyFramesBegun > 0, r.Lost*lossy >= r.Packets:
		return fmt.Sprintf("%s were received and %d lost, and no key frame was complete; "+
			"find a better network, or receive a smaller picture", packets(r.Packets), r.Lost)
	case !s.askable:
		return packets(r.Packets) + " came and no whole key frame, and nobody asks its publisher for one: see WithPLIWriter"
	}
	return fmt.Sprintf("%s came and no whole key frame, which its publisher was asked for %s; "+
		"its encoder has to make key frames when asked, or regularly", packets(r.Packets), times(r.KeyFrameRequests))
}

func packets(n uint64) string { return several(n, "packet") }

func several(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func times(n uint64) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
