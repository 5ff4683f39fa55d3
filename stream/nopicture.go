package stream

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// NoPictureError says that a track gives no picture although it should, why, and
// what to do about it.
type NoPictureError struct {
	Participant string        // identity of the publisher; "" with FromTrack
	TrackSID    string        //
	Codec       string        // such as "VP8"
	For         time.Duration // how long there has been no picture
	Reason      string        // why, as a phrase that ends the error's sentence
}

func (e *NoPictureError) Error() string { return (*engine.NoPictureError)(e).Error() }

// Track describes the track for use in a sentence.
func (e *NoPictureError) Track() string { return (*engine.NoPictureError)(e).Track() }

// WithNoPicture sets a function that is called every ten seconds while a track
// gives no picture: either none has come yet, or packets arrive but have produced
// no more pictures. It is not called while the track is muted, the stream paused or
// its layer off. It is also not called when a track that has given pictures sends
// nothing, since a shared screen may stand still; for a camera, it is called once
// in that case. Frames that cannot be decrypted are reported to
// [WithDecryptErrors].
//
// The stream does not end. The function is called on a goroutine of the stream,
// should return soon, and must not call Close.
func WithNoPicture(report func(*NoPictureError)) Option {
	return videoOption(func(c *config) {
		c.engine.OnNoPicture = nil
		if report == nil {
			return
		}
		c.engine.OnNoPicture = func(err *engine.NoPictureError) { report((*NoPictureError)(err)) }
	})
}
