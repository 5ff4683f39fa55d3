package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// record receives for a while, into a recording and a picture, and reports what it saw.
func record(ctx context.Context, o options, environment []string, publisher *testpublisher.Publisher, out *console.Console) error {
	// Each codec has a file of its own, so that one run keeps what another has recorded.
	recording, picture := filepath.Join(o.out, fmt.Sprintf("demo-%s.mkv", o.codec)), filepath.Join(o.out, "demo.png")
	for _, path := range []string{recording, picture} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the file of an earlier run: %w", err)
		}
	}
	line := recordingLine(o.codec, o.source, o.sound, recording, picture, o.height)
	out.Step("receive both for %s s, without a display", console.Seconds(o.duration))
	explain(out, line)

	statistics := newStatistics(time.Now())
	l, err := startLaunch(line, environment, filepath.Join(o.out, "gst-launch.log"), func(r io.Reader) error {
		return readBands(r, o.width, o.height, time.Now, statistics.add)
	})
	if err != nil {
		return err
	}
	p := &playback{launch: l, statistics: statistics, out: out, firstFrame: o.firstFrame, duration: o.duration}
	if err := p.run(ctx); err != nil {
		_ = l.stop(abandonGrace)
		return err
	}
	result := statistics.summary()
	done := out.Step("complete the recording")
	if err := l.stop(completeGrace); err != nil {
		return fmt.Errorf("%w; it said:\n%s", err, l.output.tail())
	}
	done("gst-launch-1.0 has ended")
	skew, err := measureSkew(ctx, o, recording)
	if err := report(out, result, publisher.EncodeLatency(), recording, picture); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	out.Line("sound                %s", skew)
	return nil
}

// report prints the result. It fails if no frame could be read, or a file is missing or empty.
func report(out *console.Console, result summary, encoding time.Duration, files ...string) error {
	out.Step("result")
	out.Line("frames received      %d", result.frames)
	out.Line("frames per second    %.1f", result.rate)
	out.Line("time to first frame  %s, from starting gst-launch-1.0", console.Milliseconds(result.firstFrame))
	if result.timed == 0 {
		return fmt.Errorf("none of %d frames had a readable time in it", result.frames)
	}
	out.Line("end-to-end latency   median %s, p95 %s, read from the picture; encoding is %s of it",
		console.Milliseconds(result.median), console.Milliseconds(result.p95), console.Milliseconds(encoding))
	if unreadable := result.frames - result.timed; unreadable > 0 {
		out.Line("unreadable frames    %d, which have no latency", unreadable)
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("check the file: %w", err)
		}
		if info.Size() == 0 {
			return fmt.Errorf("%s is empty", path)
		}
		out.Line("%-20s %s", "file", path+", "+console.Size(info.Size()))
	}
	return nil
}
