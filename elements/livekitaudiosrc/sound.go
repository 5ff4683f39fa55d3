package livekitaudiosrc

/*
#include "gstlivekitaudiosrc.h"
*/
import "C"

import (
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/elements/internal/base"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// kind is what livekitaudiosrc is besides what every element is.
type kind struct{}

func init() { base.AddKind("GstLivekitAudioSrc", kind{}) }

func (kind) Media() caps.Kind { return caps.Audio }

func (kind) NewMedium(r *base.Run, c unsafe.Pointer) base.Medium {
	return &sound{run: r, settings: newSettings((*C.GstLivekitAudioSrcSettings)(c))}
}

func (kind) SetStats(s base.Structure) { setStats(s, engine.SoundStats{}) }

// sound is the part of a run that knows about sound.
type sound struct {
	run      *base.Run
	settings settings
	stream   *engine.Sound
}

func (m *sound) Join(config *room.Config) { config.NoRedundancy = !m.settings.redundancy }

func (m *sound) Open(selector room.Selector, common base.Common) (base.Stream, error) {
	stream, err := engine.NewSound(selector, engine.SoundConfig{
		Pad:            &common.Pad,
		Format:         m.settings.format,
		Paused:         true,
		Capacity:       m.settings.capacity,
		Latency:        common.Latency,
		Silence:        m.settings.silence,
		SyncOffset:     m.settings.syncOffset,
		Unsynchronized: common.Unsynchronized,
		MaxSyncDelay:   m.settings.maxSyncDelay,
		OnTooFar:       m.run.Element().TellTooFar,
		Passphrase:     common.Passphrase,
		Encryption:     common.Encryption,
		OnDecryptError: common.OnDecryptError,
		OnEnd:          common.OnEnd,
		OnNoSound:      common.OnNothing,
		OnOverflow:     m.run.Element().TellOverflow,
		FirstSound:     common.First,
		Logger:         common.Logger,
	})
	if err != nil {
		return nil, err
	}
	m.stream = stream
	return stream, nil
}

func (m *sound) Start() (stop func()) { return func() {} }

func (m *sound) Follow(<-chan struct{}) {}

func (m *sound) Choose(c unsafe.Pointer) {
	m.stream.SetSyncOffset(newSettings((*C.GstLivekitAudioSrcSettings)(c)).syncOffset)
}

func (m *sound) Packets() uint64 {
	stats := m.stream.Stats()
	return stats.Packets + stats.Lost
}

func (m *sound) SetStats(s base.Structure) { setStats(s, m.stream.Stats()) }
