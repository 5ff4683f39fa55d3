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

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// record receives for a while, into a recording and a picture, and reports what it saw.
func record(ctx context.Context, o options, environment []string, publisher *testpublisher.Publisher, console *console) error {
	recording, picture := filepath.Join(o.out, "demo.mkv"), filepath.Join(o.out, "demo.png")
	for _, path := range []string{recording, picture} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the file of an earlier run: %w", err)
		}
	}
	line := recordingLine(o.source, o.sound, recording, picture, o.height)
	console.step("receive both for %s s, without a display", seconds(o.duration))
	explain(console, line)

	statistics := newStatistics(time.Now())
	l, err := startLaunch(line, environment, filepath.Join(o.out, "gst-launch.log"), func(r io.Reader) error {
		return readBands(r, o.width, o.height, time.Now, statistics.add)
	})
	if err != nil {
		return err
	}
	p := &playback{launch: l, statistics: statistics, console: console, firstFrame: o.firstFrame, duration: o.duration}
	if err := p.run(ctx); err != nil {
		_ = l.stop(abandonGrace)
		return err
	}
	result := statistics.summary()
	done := console.step("complete the recording")
	if err := l.stop(completeGrace); err != nil {
		return fmt.Errorf("%w; it said:\n%s", err, l.output.tail())
	}
	done("gst-launch-1.0 has ended")
	skew, err := measureSkew(ctx, o, recording)
	if err := report(console, result, publisher.EncodeLatency(), recording, picture); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	console.line("sound                %s", skew)
	return nil
}

// report prints the result. It fails if no frame could be read, or a file is missing or empty.
func report(console *console, result summary, encoding time.Duration, files ...string) error {
	console.step("result")
	console.line("frames received      %d", result.frames)
	console.line("frames per second    %.1f", result.rate)
	console.line("time to first frame  %s, from starting gst-launch-1.0", milliseconds(result.firstFrame))
	if result.timed == 0 {
		return fmt.Errorf("none of %d frames had a readable time in it", result.frames)
	}
	console.line("end-to-end latency   median %s, p95 %s, read from the picture; encoding is %s of it",
		milliseconds(result.median), milliseconds(result.p95), milliseconds(encoding))
	if unreadable := result.frames - result.timed; unreadable > 0 {
		console.line("unreadable frames    %d, which have no latency", unreadable)
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("check the file: %w", err)
		}
		if info.Size() == 0 {
			return fmt.Errorf("%s is empty", path)
		}
		console.line("%-20s %s", "file", path+", "+size(info.Size()))
	}
	return nil
}
