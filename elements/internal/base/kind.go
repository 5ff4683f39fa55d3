package base

import (
	"unsafe"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// Kind is what an element is besides what every element is.
type Kind interface {
	// Media is the kind of the tracks that the element receives.
	Media() caps.Kind
	// NewMedium makes the medium's part of a run. Settings is the element's own struct of them in C; it is valid until
	// NewMedium returns.
	NewMedium(r *Run, settings unsafe.Pointer) Medium
	// SetStats sets the fields of the property stats of an element that has received nothing.
	SetStats(s Structure)
}

// Medium is the part of one run that knows about the medium. All but Follow may be called from any goroutine.
type Medium interface {
	// Join sets what is particular in how the room is joined. It comes first.
	Join(config *room.Config)
	// Open begins to receive the tracks that a selector gives, and owns the selector, also if it fails. The stream starts
	// paused. It comes before all that follows.
	Open(selector room.Selector, common Common) (Stream, error)
	// Start comes when there is a stream. What it returns is called when the stream is closed.
	Start() (stop func())
	// Follow works for the stream until stopping is closed.
	Follow(stopping <-chan struct{})
	// Choose is called when a property that chooses has changed, with all settings, as NewMedium is.
	Choose(settings unsafe.Pointer)
	// Packets is how many packets have come so far, or were lost: also those that we were too slow for.
	Packets() uint64
	// SetStats sets the fields of the property stats.
	SetStats(s Structure)
}

// kinds has each kind under the name of its type in GObject.
var kinds = map[string]Kind{}

// AddKind is called by the package of an element, from its init.
func AddKind(typeName string, k Kind) { kinds[typeName] = k }

// Element is the run's element.
func (r *Run) Element() Element { return r.element }

// Tell calls f when the application has been told all that has happened up to now, on the goroutine that tells it.
func (r *Run) Tell(f func()) { r.report.happen(f) }

// TrackInfo returns what is known about the track, not to be changed, or nil without one.
func (r *Run) TrackInfo() *livekit.TrackInfo { return r.report.currentTrackInfo() }
