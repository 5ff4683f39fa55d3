package stream

import (
	"fmt"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/receive"
)

// NoPictureError says that a track gives no picture although it should, what came of
// it instead, and what to do about it.
type NoPictureError struct {
	Participant string        // identity of the publisher; "" with FromTrack
	TrackSID    string        //
	Codec       string        // such as "VP8"
	For         time.Duration // how long it has been so
	Reason      string        // the rest of the sentence
}

func (e *NoPictureError) Error() string {
	return fmt.Sprintf("no picture for %v from %s: %s", e.For, e.Track(), e.Reason)
}

// Track names the track, as in a sentence.
func (e *NoPictureError) Track() string {
	s := fmt.Sprintf("track %s (%s)", e.TrackSID, e.Codec)
	if e.Participant != "" {
		s += fmt.Sprintf(" of %q", e.Participant)
	}
	return s
}

// WithNoPicture sets what is called every ten seconds while a track gives no picture:
// none yet, or packets come and no picture has come of them any more. It is not called
// while the track is muted, the stream paused or its layer off, nor when nothing comes
// of a track that has given pictures: a shared screen may stand still. A camera that
// does is told once. Frames that cannot be decrypted are told by [WithDecryptErrors].
//
// The stream does not end. The function is called on a goroutine of the stream, should
// return soon, and must not call Close.
func WithNoPicture(report func(*NoPictureError)) Option {
	return func(c *config) { c.onNoPicture = report }
}

// sight is what is known about a track at one moment. All that counts only grows.
type sight struct {
	received receive.Stats
	pictures uint64 // that came out of the decoder, or were handed on without one
	handed   uint64 // encoded frames that the chain took
	refused  uint64 // and that it did not take

	decoder       string // empty while there is none, or if there is to be none
	camera        bool   // which moves, unlike a shared screen
	muted         bool
	unwanted      bool  // paused, or by the layer
	undecryptable error // why, which the user was told
	askable       bool  // somebody can ask the publisher for a key frame
}

// since returns s with what has been counted after another sight.
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

// media is how many packets have come that could be part of a picture.
func (s sight) media() uint64 {
	r := s.received
	nothing := r.Padding + r.BlankFrames + r.Duplicates + r.Late
	return r.Packets - min(r.Packets, nothing)
}

// shown reports whether a picture has come, and not from the track before this one.
func (s sight) shown() bool { return s.pictures > 0 && s.handed > 0 }

// lossy is the share of packets, one in so many, that is enough to lose the beginning
// of each key frame, too.
const lossy = 10

// reason words what came instead of a picture, and what to do about it. It says only
// what is known.
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
		return "the next elements take nothing"
	case r.Malformed > 0 && r.AccessUnits+r.Dropped == 0:
		return packets(r.Malformed) + " came that cannot be read; restart its publisher"
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
		return fmt.Sprintf("of %s and %d that were lost no key frame came whole; "+
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
