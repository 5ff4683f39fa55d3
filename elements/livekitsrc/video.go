package livekitsrc

/*
#include "gstlivekitsrc.h"
*/
import "C"

import (
	"sync"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/elements/internal/base"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// kind is what livekitsrc is besides what every element is.
type kind struct{}

func init() { base.AddKind("GstLivekitSrc", kind{}) }

func (kind) Media() caps.Kind { return caps.Video }

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

func (v *video) Join(*room.Config) {}

func (v *video) Open(selector room.Selector, common base.Common) (base.Stream, error) {
	stream, err := engine.New(selector, engine.Config{
		Format:         v.settings.format,
		Capacity:       v.settings.capacity,
		Latency:        common.Latency,
		Pad:            &common.Pad,
		Paused:         true,
		MaxPixels:      v.settings.maxPixels,
		UndecodableEnd: common.LostIsError,
		Passphrase:     common.Passphrase,
		Encryption:     common.Encryption,
		Unsynchronized: common.Unsynchronized,
		OnDecryptError: common.OnDecryptError,
		OnSize:         func(width, height int) { v.sized(size{int32(width), int32(height)}) },
		OnEnd:          common.OnEnd,
		OnNoPicture:    func(err *engine.NoPictureError) { common.OnNothing(err) },
		FirstPicture:   common.First,
		Logger:         common.Logger,
	})
	if err != nil {
		return nil, err
	}
	v.stream = stream
	return stream, nil
}

func (v *video) Start() (stop func()) {
	v.demand = newDemand(v.run.Element(), v.stream, v.settings.layer)
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

func (v *video) Packets() uint64 {
	received := v.stream.Stats().Received
	return received.Packets + received.Lost
}

func (v *video) SetStats(s base.Structure) {
	setStats(s, v.stream.Stats())
	if picture := v.received(); picture.width > 0 {
		setLayer(s, v.run.TrackInfo(), picture)
	}
}
