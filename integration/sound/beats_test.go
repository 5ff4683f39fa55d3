package sound

import (
	"encoding/binary"
	"math"
	"regexp"
	"slices"
	"testing"
	"time"
)

// beat is how far apart flashes and bursts are.
const beat = time.Second

// skews returns by how much each burst of a file comes after its flash, from a time in the file on.
func skews(t *testing.T, file string, from time.Duration) (all []time.Duration) {
	t.Helper()
	heard := heardIn(t, file)
	for _, seen := range seenIn(t, file) {
		if seen < from {
			continue
		}
		for _, h := range heard {
			if d := h - seen; d.Abs() < beat/2-50*time.Millisecond {
				all = append(all, d)
				break
			}
		}
	}
	return all
}

var brightness = regexp.MustCompile(`pts_time:([\d.]+)\s+lavfi\.signalstats\.YAVG=([\d.]+)`)

// seenIn returns when the pictures of a file become bright.
func seenIn(t *testing.T, file string) (flashes []time.Duration) {
	t.Helper()
	const bright = 120
	out := run(t, "ffmpeg", "-v", "error", "-copyts", "-i", file, "-map", "0:v",
		"-vf", "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
		"-fps_mode", "passthrough", "-enc_time_base", "1:1000", "-f", "null", "-")
	dark := false
	for _, found := range brightness.FindAllSubmatch(out, -1) {
		isBright := seconds(t, string(found[2])) > bright*time.Second
		if isBright && dark {
			flashes = append(flashes, seconds(t, string(found[1])))
		}
		dark = !isBright
	}
	return flashes
}

// heardIn returns when the sound of a file becomes loud after silence.
func heardIn(t *testing.T, file string) (begins []time.Duration) {
	t.Helper()
	const (
		rate   = 48000
		window = rate / 1000
		loud   = 3000
		before = 50 // windows without sound
	)
	samples := run(t, "ffmpeg", "-v", "error", "-copyts", "-i", file, "-map", "0:a",
		"-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", "48000", "-f", "s16le", "-")
	quiet := 0
	for i := 0; (i+1)*window*2 <= len(samples); i++ {
		level := 0.0
		for j := range window {
			value := int16(binary.LittleEndian.Uint16(samples[(i*window+j)*2:]))
			level = max(level, math.Abs(float64(value)))
		}
		if level <= loud {
			quiet++
			continue
		}
		if quiet >= before {
			begins = append(begins, time.Duration(i)*time.Millisecond)
		}
		quiet = 0
	}
	return begins
}

// median returns the middle one, and percentile95 one that is not smaller than 95 % of all absolute values.
func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func percentile95(all []time.Duration) time.Duration {
	var sizes []time.Duration
	for _, d := range all {
		sizes = append(sizes, d.Abs())
	}
	slices.Sort(sizes)
	return sizes[int(math.Ceil(0.95*float64(len(sizes))))-1]
}
