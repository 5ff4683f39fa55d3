package livekitaudiosrc

/*
#include "gstlivekitaudiosrc.h"
*/
import "C"

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// settings is a run's own copy of the properties that are about sound.
type settings struct {
	format       engine.SoundFormat
	redundancy   bool
	silence      engine.Silence
	maxSyncDelay time.Duration
	syncOffset   time.Duration
	capacity     time.Duration
}

func newSettings(c *C.GstLivekitAudioSrcSettings) settings {
	return settings{
		format:       formats[c.base.format],
		redundancy:   c.redundancy != 0,
		silence:      engine.Silence(c.silence),
		maxSyncDelay: time.Duration(c.max_sync_delay) * time.Millisecond,
		syncOffset:   time.Duration(c.sync_offset),
		capacity:     time.Duration(c.capacity),
	}
}

var formats = map[C.gint]engine.SoundFormat{
	C.GST_LIVEKIT_AUDIO_FORMAT_AUTO:    engine.SoundAuto,
	C.GST_LIVEKIT_AUDIO_FORMAT_RAW:     engine.SoundRaw,
	C.GST_LIVEKIT_AUDIO_FORMAT_ENCODED: engine.SoundEncoded,
}
