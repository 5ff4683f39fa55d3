package livekitaudiosrc

import (
	"github.com/gst-livekit/gst-livekit/elements/internal/base"
	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// setStats sets what is counted, always, and what is known, if it is.
func setStats(s base.Structure, stats engine.SoundStats) {
	for _, field := range []struct {
		name  string
		value uint64
	}{
		{"packets", stats.Packets},
		{"bytes", stats.Bytes},
		{"lost", stats.Lost},
		{"recovered", stats.Recovered},
		{"recovered-redundant", stats.RecoveredRedundant},
		{"duplicates", stats.Duplicates},
		{"concealed", stats.Concealed},
		{"silence", uint64(stats.Silence)},
		{"dropped-packets", stats.DroppedPackets},
		{"dropped-blank", stats.DroppedBlank},
		{"dropped-paused", stats.DroppedPaused},
		{"dropped-undecryptable", stats.DroppedUndecryptable},
		{"dropped-overflow", uint64(stats.DroppedOverflow)},
		{"jitter", uint64(stats.Jitter)},
	} {
		s.Set(field.name, field.value)
	}
	if stats.SyncState != "" {
		s.Set("sync-state", stats.SyncState)
	}
	if stats.SyncState == "synchronized" || stats.SyncState == "too-far" {
		s.Set("skew", int64(stats.Skew))
	}
	if stats.Latency != 0 {
		s.Set("latency", int64(stats.Latency))
	}
	if stats.HasClockOffset {
		s.Set("clock-offset", int64(stats.ClockOffset))
	}
	if stats.Codec != "" {
		s.Set("codec", stats.Codec)
	}
}
