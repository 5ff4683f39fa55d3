package skew

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// File returns by how much each burst of a recorded file comes after its picture, from a time in the file on. ffmpeg reads it.
func File(ctx context.Context, file string, from time.Duration) (Skew, error) {
	pictures, err := shownIn(ctx, file)
	if err != nil {
		return nil, err
	}
	bursts, err := heardIn(ctx, file)
	if err != nil {
		return nil, err
	}
	var late []time.Duration
	for _, b := range bursts {
		if b >= from {
			late = append(late, b)
		}
	}
	return Of(pictures, late), nil
}

// The size to which pictures are scaled, so that layers of all sizes can be read.
const width, height = 320, 180

// shownIn returns the pictures of a file that have a time in them.
func shownIn(ctx context.Context, file string) (pictures []Picture, err error) {
	times, err := run(ctx, "ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0", file)
	if err != nil {
		return nil, err
	}
	grey, err := run(ctx, "ffmpeg", "-v", "error", "-i", file, "-map", "0:v", "-vf", fmt.Sprintf("scale=%d:%d:flags=area,format=gray", width, height),
		"-fps_mode", "passthrough", "-f", "rawvideo", "-")
	if err != nil {
		return nil, err
	}
	lines := strings.Fields(string(times))
	if len(lines)*width*height != len(grey) {
		return nil, fmt.Errorf("%s has %d pictures by ffprobe, and %d by ffmpeg", file, len(lines), len(grey)/width/height)
	}
	now := time.Now()
	for i, line := range lines {
		at, err := strconv.ParseFloat(strings.Trim(line, ","), 64)
		if err != nil {
			return nil, fmt.Errorf("%s: a picture is shown at %q", file, line)
		}
		if value, ok := testpicture.Read(grey[i*width*height:][:width*height], width, width, height); ok {
			pictures = append(pictures, Picture{At: time.Duration(at * 1e9), Made: made(now, value)})
		}
	}
	return pictures, nil
}

// made is when a picture with this value was made.
func made(now time.Time, value uint32) time.Duration {
	return time.Duration(now.Add(-testpicture.Latency(now, value)).UnixMilli()) * time.Millisecond
}

// heardIn returns when the bursts of a file begin. Each frame counts by its own time: sound that follows a clock has frames that
// begin a little before or after the end of the one before them, which a decoder does not hear.
func heardIn(ctx context.Context, file string) ([]time.Duration, error) {
	frames, err := run(ctx, "ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "frame=pts_time,nb_samples",
		"-of", "csv=p=0", file)
	if err != nil {
		return nil, err
	}
	samples, err := run(ctx, "ffmpeg", "-v", "error", "-i", file, "-map", "0:a", "-ac", "1", "-ar", strconv.Itoa(Rate), "-f", "s16le", "-")
	if err != nil {
		return nil, err
	}
	var l listener
	for _, line := range strings.Fields(string(frames)) {
		var at float64
		var n int
		if _, err := fmt.Sscanf(line, "%g,%d", &at, &n); err != nil || 2*n > len(samples) {
			return nil, fmt.Errorf("%s: a frame of sound is %q, and %d bytes are left: %w", file, line, len(samples), err)
		}
		l.hear(samples[:2*n], time.Duration(at*1e9))
		samples = samples[2*n:]
	}
	return l.bursts, nil
}

func run(ctx context.Context, name string, arguments ...string) ([]byte, error) {
	var complaints bytes.Buffer
	command := exec.CommandContext(ctx, name, arguments...)
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(arguments, " "), err, &complaints)
	}
	return out, nil
}
