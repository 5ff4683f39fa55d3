package engine

import (
	"fmt"
	"time"
)

// NoSoundError says that a track gives no sound although it should, why, and what to do about it.
type NoSoundError struct {
	Participant string        // identity of the publisher; "" with FromTrack
	TrackSID    string        //
	Codec       string        // such as "opus"
	For         time.Duration // how long there has been no sound
	Reason      string        // why, as a phrase that ends the error's sentence
}

func (e *NoSoundError) Error() string {
	return fmt.Sprintf("no sound for %v from %s: %s", e.For, e.Track(), e.Reason)
}

// Track describes the track for use in a sentence.
func (e *NoSoundError) Track() string { return (*NoPictureError)(e).Track() }
