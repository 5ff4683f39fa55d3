package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
)

const progressInterval = 5 * time.Second

var errWindowClosed = errors.New("window closed")

// playback is one run of a pipeline, from its start to its end.
type playback struct {
	launch     *launch
	statistics *statistics
	out        *console.Console
	// firstFrame is the longest wait for the first frame.
	firstFrame time.Duration
	// duration is how long frames are received for; 0 means until ctx ends.
	duration time.Duration
}

// run returns nil after duration, ctx's error, errWindowClosed, or an error that says why no frames flow. The pipeline may still
// be running then.
func (p *playback) run(ctx context.Context) error {
	if err := p.awaitFirstFrame(ctx); err != nil {
		return err
	}
	p.out.Line("first frame %s after starting gst-launch-1.0", console.Milliseconds(p.statistics.summary().firstFrame))

	var end <-chan time.Time
	if p.duration > 0 {
		timer := time.NewTimer(p.duration)
		defer timer.Stop()
		end = timer.C
	}
	progress := time.NewTicker(progressInterval)
	defer progress.Stop()
	began := time.Now()
	before := p.statistics.summary().frames
	for {
		select {
		case <-end:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-p.launch.process.Done():
			return p.ended()
		case <-progress.C:
			frames := p.statistics.summary().frames
			if p.duration > 0 {
				p.out.Line("%d frames in %s s", frames, console.Seconds(time.Since(began)))
				if frames == before {
					return fmt.Errorf("no frames for %s s; gst-launch-1.0 said:\n%s",
						console.Seconds(progressInterval), p.launch.output.tail())
				}
			}
			before = frames
		}
	}
}

func (p *playback) awaitFirstFrame(ctx context.Context) error {
	timeout := time.NewTimer(p.firstFrame)
	defer timeout.Stop()
	progress := time.NewTicker(progressInterval)
	defer progress.Stop()
	began := time.Now()
	for {
		select {
		case <-p.statistics.first:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-p.launch.process.Done():
			return p.ended()
		case <-progress.C:
			p.out.Line("no frame for %s s", console.Seconds(time.Since(began)))
		case <-timeout.C:
			return fmt.Errorf("no frame within %s s; gst-launch-1.0 said:\n%s", console.Seconds(p.firstFrame), p.launch.output.tail())
		}
	}
}

// ended says why a pipeline that nobody stopped has ended.
func (p *playback) ended() error {
	if p.launch.output.windowClosed() {
		return errWindowClosed
	}
	if err := p.launch.process.Wait(); err != nil {
		return fmt.Errorf("gst-launch-1.0 ended by itself: %w; it said:\n%s", err, p.launch.output.tail())
	}
	return fmt.Errorf("gst-launch-1.0 ended by itself; it said:\n%s", p.launch.output.tail())
}
