package stream

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/engine"
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

func (e *NoPictureError) Error() string { return (*engine.NoPictureError)(e).Error() }

// Track names the track, as in a sentence.
func (e *NoPictureError) Track() string { return (*engine.NoPictureError)(e).Track() }

// WithNoPicture sets what is called every ten seconds while a track gives no picture:
// none yet, or packets come and no picture has come of them any more. It is not called
// while the track is muted, the stream paused or its layer off, nor when nothing comes
// of a track that has given pictures: a shared screen may stand still. A camera that
// does is told once. Frames that cannot be decrypted are told by [WithDecryptErrors].
//
// The stream does not end. The function is called on a goroutine of the stream, should
// return soon, and must not call Close.
func WithNoPicture(report func(*NoPictureError)) Option {
	return func(c *config) {
		c.engine.OnNoPicture = nil
		if report == nil {
			return
		}
		c.engine.OnNoPicture = func(err *engine.NoPictureError) { report((*NoPictureError)(err)) }
	}
}
