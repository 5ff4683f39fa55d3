package livekitsrc

import (
	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/elements/internal/base"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// setStats sets what is counted, always, and what is known, if it is.
func setStats(s base.Structure, stats engine.Stats) {
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
		s.Set(field.name, field.value)
	}
	if stats.Latency != 0 {
		s.Set("latency", int64(stats.Latency))
	}
	if stats.HasClockOffset {
		s.Set("clock-offset", int64(stats.ClockOffset))
	}
	if stats.SyncState != "" {
		s.Set("sync-state", stats.SyncState)
	}
	if stats.SyncState == "synchronized" || stats.SyncState == "too-far" {
		s.Set("skew", int64(stats.Skew))
	}
	if stats.Codec != "" {
		s.Set("codec", stats.Codec)
	}
	if stats.Decoder != "" {
		s.Set("decoder", stats.Decoder)
	}
}

// size is that of a picture, in pixels.
type size struct {
	width, height int32
}

// setLayer sets the size and, if the publisher announced a layer of this size, its
// quality.
func setLayer(s base.Structure, track *livekit.TrackInfo, picture size) {
	s.Set("width", picture.width)
	s.Set("height", picture.height)
	if quality := room.LayerOf(track, int(picture.width), int(picture.height)); quality != caps.QualityAuto {
		s.Set("quality", quality.String())
	}
}
