package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

const inspections = 7

// pluginValues are what GStreamer and the disk see of the plugin: how long gst-inspect-1.0 takes, which loads it, and how
// large it is.
func pluginValues(ctx context.Context, t tools) (map[string]float64, error) {
	var took []float64
	for range inspections {
		began := time.Now()
		if _, err := t.inspect(ctx, "livekitsrc"); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began).Seconds())
	}
	info, err := os.Stat("build/libgstlivekit.so")
	if err != nil {
		return nil, fmt.Errorf("look at the plugin: %w", err)
	}
	return map[string]float64{"inspectSeconds": measure.Median(took), "fileMB": float64(info.Size()) / 1e6}, nil
}
