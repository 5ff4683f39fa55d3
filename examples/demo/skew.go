package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

const (
	soundRate = 48000
	// A burst of the tone begins with a loud sample after silence.
	loudness    = 1 << 15 / 16
	silenceTime = 200 * time.Millisecond
	// around is how far from a burst pictures tell its time.
	around = 500 * time.Millisecond
)

var errNoTone = errors.New("no burst of the published tone is in the recording: its sound is missing")

// skew says by how much the sound of a recording is behind its picture, or ahead of it if negative.
type skew struct {
	bursts          int
	median, largest time.Duration
}

// shownTime is a picture's place in a recording, and the time that is drawn into it.
type shownTime struct {
	at   time.Duration
	made time.Time
}

// measureSkew reads a recording. A burst begins at each whole second of the clock that the picture shows.
func measureSkew(ctx context.Context, o options, recording string) (skew, error) {
	var pictures []shownTime
	var tone toneFinder
	log := filepath.Join(o.out, "gst-launch-measure.log")
	now := time.Now()
	rows := testpicture.BandRows(o.height)
	stride := (o.width + 3) / 4 * 4
	err := readRecording(ctx, shownLine(o.codec, recording, o.height), log, func(b timedBuffer) {
		if value, ok := testpicture.ReadBands(b.data, stride, o.width, rows); ok {
			pictures = append(pictures, shownTime{b.at, now.Add(-testpicture.Latency(now, value))})
		}
	})
	if err != nil {
		return skew{}, err
	}
	if err := readRecording(ctx, heardLine(recording), log, tone.add); err != nil {
		return skew{}, err
	}
	return compare(pictures, tone.bursts)
}

// readRecording runs a pipeline that reads a file, until its end.
func readRecording(ctx context.Context, line pipelineLine, log string, take func(timedBuffer)) error {
	l, err := startLaunch(line, nil, log, func(r io.Reader) error { return readBuffers(r, take) })
	if err != nil {
		return err
	}
	select {
	case <-l.process.Done():
	case <-ctx.Done():
		_ = l.stop(abandonGrace)
		return ctx.Err()
	}
	if err := l.stop(completeGrace); err != nil {
		return fmt.Errorf("read the recording: %w; it said:\n%s", err, l.output.tail())
	}
	return nil
}

// toneFinder finds where bursts of the tone begin.
type toneFinder struct {
	bursts []time.Duration
	quiet  time.Duration // since the last loud sample
}

// add takes the next samples, S16LE of one channel.
func (f *toneFinder) add(b timedBuffer) {
	const sampleTime = time.Second / soundRate
	for i := 0; i+1 < len(b.data); i += 2 {
		sample := int16(binary.LittleEndian.Uint16(b.data[i:]))
		switch {
		case sample < loudness && sample > -loudness:
			f.quiet += sampleTime
		case f.quiet >= silenceTime:
			f.bursts = append(f.bursts, b.at+time.Duration(i/2)*time.Second/soundRate)
			f.quiet = 0
		default:
			f.quiet = 0
		}
	}
}

// compare finds out, for each burst, what time the pictures around it show then, and how far that is from a whole second.
func compare(pictures []shownTime, bursts []time.Duration) (skew, error) {
	var offs []time.Duration
	for _, burst := range bursts {
		var beginnings []time.Duration // of the recording, by pictures, relative to the first one's
		for _, p := range pictures {
			if (p.at - burst).Abs() < around {
				beginnings = append(beginnings, p.made.Sub(pictures[0].made)-p.at)
			}
		}
		if len(beginnings) == 0 {
			continue
		}
		shown := pictures[0].made.Add(percentile(beginnings, 50) + burst)
		offs = append(offs, shown.Sub(shown.Round(time.Second)))
	}
	if len(offs) == 0 {
		return skew{}, errNoTone
	}
	largest := slices.MaxFunc(offs, func(a, b time.Duration) int { return int(a.Abs() - b.Abs()) })
	return skew{bursts: len(offs), median: percentile(offs, 50), largest: largest.Abs()}, nil
}

func (s skew) String() string {
	side := "after"
	if s.median < 0 {
		side = "before"
	}
	return fmt.Sprintf("%d bursts, %s %s the picture (median), at most %s, read from the recording",
		s.bursts, console.Milliseconds(s.median.Abs()), side, console.Milliseconds(s.largest))
}
