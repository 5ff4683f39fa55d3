package livekitsrc

/*
#include "border.h"
*/
import "C"

import (
	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// livekitSrcRunStats sets the fields of the property stats: those of a run that has
// received nothing if there is none, or it has stopped.
//
//export livekitSrcRunStats
func livekitSrcRunStats(handle C.uintptr_t, c *C.GstStructure) {
	withRun("livekitsrc: stats", handle, func(r *run) { r.setStats(structure{c}) })
	guard.Do("livekitsrc: no stats", nil, func() {
		if C.gst_structure_n_fields(c) == 0 {
			setStats(structure{c}, engine.Stats{})
		}
	})
}

func (r *run) setStats(s structure) {
	setStats(s, r.stream.Stats())
	if picture := r.report.received(); picture.width > 0 {
		setLayer(s, r.report.currentTrackInfo(), picture)
	}
}

// setStats sets what is counted, always, and what is known, if it is.
func setStats(s structure, stats engine.Stats) {
	for _, field := range []struct {
		name  string
		value uint64
	}{
		{"packets", stats.Received.Packets},
		{"bytes", stats.Received.Bytes},
		{"lost", stats.Received.Lost},
		{"recovered", stats.Received.Recovered},
		{"duplicates", stats.Received.Duplicates},
		{"access-units", stats.Received.AccessUnits},
		{"key-frames", stats.Received.KeyFrames},
		{"key-frame-requests", stats.Received.KeyFrameRequests},
		{"packet-requests", stats.Received.PacketRequests},
		{"decoded", stats.Decoded},
		{"dropped-packets", stats.DroppedPackets},
		{"dropped-incomplete", stats.DroppedIncomplete()},
		{"dropped-blank", stats.Received.BlankFrames},
		{"dropped-paused", stats.DroppedPaused},
		{"dropped-undecryptable", stats.Received.Undecryptable},
		{"dropped-undecoded", stats.DroppedUndecoded},
		{"dropped-decoded", stats.DroppedDecoded},
		{"jitter", uint64(stats.Received.Jitter)},
	} {
		s.set(field.name, field.value)
	}
	if stats.Latency != 0 {
		s.set("latency", int64(stats.Latency))
	}
	if stats.HasClockOffset {
		s.set("clock-offset", int64(stats.ClockOffset))
	}
	if stats.Codec != "" {
		s.set("codec", stats.Codec)
	}
	if stats.Decoder != "" {
		s.set("decoder", stats.Decoder)
	}
}

// size is that of a picture, in pixels.
type size struct {
	width, height int32
}

// setLayer sets the size and, if the publisher announced a layer of this size, its
// quality.
func setLayer(s structure, track *livekit.TrackInfo, picture size) {
	s.set("width", picture.width)
	s.set("height", picture.height)
	if quality := room.LayerOf(track, int(picture.width), int(picture.height)); quality != caps.QualityAuto {
		s.set("quality", quality.String())
	}
}
