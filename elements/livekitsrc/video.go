package livekitsrc

/*
#include "gstlivekitsrc.h"
*/
import "C"

import (
	"sync"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/elements/internal/base"
	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// kind is what livekitsrc is besides what every element is.
type kind struct{}

func init() { base.AddKind("GstLivekitSrc", kind{}) }

func (kind) NewMedium(r *base.Run, c unsafe.Pointer) base.Medium {
	return &video{run: r, settings: newSettings((*C.GstLivekitSrcSettings)(c))}
}

func (kind) SetStats(s base.Structure) { setStats(s, engine.Stats{}) }

// video is the part of a run that knows about video.
type video struct {
	run      *base.Run
	settings settings
	stream   *engine.Stream
	demand   *demand

	mu      sync.Mutex
	picture size // that is received, zero before the first
}

func (v *video) Configure(config *engine.Config) {
	config.Format = v.settings.format
	config.Capacity = v.settings.capacity
	config.MaxPixels = v.settings.maxPixels
	config.OnSize = func(width, height int) { v.sized(size{int32(width), int32(height)}) }
}

func (v *video) Start(stream *engine.Stream) (stop func()) {
	v.stream = stream
	v.demand = newDemand(v.run.Element(), stream, v.settings.layer)
	return v.demand.pad.Watch(v.run.Element(), v.demand.poke)
}

// Follow lets the server send what downstream wants.
func (v *video) Follow(stopping <-chan struct{}) { v.demand.run(stopping) }

func (v *video) Choose(c unsafe.Pointer) { v.demand.choose(newLayer((*C.GstLivekitSrcSettings)(c))) }

// sized says which size the pictures have from now on.
func (v *video) sized(picture size) {
	v.mu.Lock()
	changed := v.picture != picture
	v.picture = picture
	v.mu.Unlock()
	if !changed {
		return
	}
	v.run.Tell(func() {
		s := base.NewStructure("livekit-layer")
		setLayer(s, v.run.TrackInfo(), picture)
		v.run.Element().Post(s)
	})
}

// received is the size of the last picture, zero before the first.
func (v *video) received() size {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.picture
}

func (v *video) SetStats(s base.Structure) {
	setStats(s, v.stream.Stats())
	if picture := v.received(); picture.width > 0 {
		setLayer(s, v.run.TrackInfo(), picture)
	}
}
