package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
)

// show shows the picture in a window, and plays the tone if there is a sound device, until ctx ends or the window is closed.
func show(ctx context.Context, o options, environment []string, display string, out *console.Console) error {
	sound := o.sound
	if !hasSpeakers(o.environment, "/dev/snd") {
		sound = ""
	}
	line := windowLine(o.source, sound)
	out.Step("show it in a window on %s, until Ctrl-C", display)
	explain(out, line)
	if sound == "" {
		out.Line("(there is no sound device, so the tone is not played)")
	}

	statistics := newStatistics(time.Now())
	l, err := startLaunch(line, append(environment, traceVariables...), filepath.Join(o.out, "gst-launch.log"),
		func(r io.Reader) error { return readTrace(r, time.Now, statistics.add) })
	if err != nil {
		return err
	}
	p := &playback{launch: l, statistics: statistics, out: out, firstFrame: o.firstFrame}
	err = p.run(ctx)
	_ = l.stop(abandonGrace)

	result := statistics.summary()
	if result.frames == 0 || !errors.Is(err, context.Canceled) && !errors.Is(err, errWindowClosed) {
		return err
	}
	out.Line("frames shown: %d, %.1f per second", result.frames, result.rate)
	return nil
}

// explain prints the line, and the environment that it needs in a shell.
func explain(out *console.Console, line pipelineLine) {
	out.Line("%s", line)
	out.Line("(LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET are in its environment)")
}
