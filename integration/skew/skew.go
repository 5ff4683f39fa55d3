package skew

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Picture is when a picture was shown, on the clock of the file or of the sink, and the time that is drawn into it: the
// publisher's, since 1970.
type Picture struct{ At, Made time.Duration }

const (
	// beat is how far apart the beginnings of bursts are. More than half of it cannot be told from less.
	beat = time.Second
	// around is how far from a burst pictures tell the time of it, and together how far those may be that were made when it was, if
	// there are any: a pipeline whose latency grows shows those of before and after with different delays.
	around   = beat / 2
	together = beat / 10
)

// Skew is by how much each burst came after the picture with the same time, in order; negative is before it.
type Skew []time.Duration

// Of finds out what time the pictures around each burst show at that moment, and how far that is from a whole second. A burst
// without pictures is left out.
func Of(pictures []Picture, bursts []time.Duration) (all Skew) {
	for _, burst := range bursts {
		near := slices.DeleteFunc(slices.Clone(pictures), func(p Picture) bool { return (p.At - burst).Abs() >= around })
		if len(near) == 0 {
			continue
		}
		second := shown(near, burst).Round(beat)
		closer := slices.DeleteFunc(slices.Clone(near), func(p Picture) bool { return (p.Made - second).Abs() > together })
		if len(closer) > 0 {
			near = closer
		}
		all = append(all, shown(near, burst)-second)
	}
	return all
}

// shown is the time in pictures at a moment.
func shown(pictures []Picture, at time.Duration) time.Duration {
	var ahead []time.Duration // by how much the time in a picture is ahead of the clock
	for _, p := range pictures {
		ahead = append(ahead, p.Made-p.At)
	}
	return at + median(ahead)
}

// Median returns the middle one; 0 if there is none.
func (s Skew) Median() time.Duration { return median(s) }

// P95 returns what 95 % of them do not exceed in either direction, and Most what none of them does.
func (s Skew) P95() time.Duration { return s.share(0.95) }

// Most returns the largest one in either direction.
func (s Skew) Most() time.Duration { return s.share(1) }

func (s Skew) share(part float64) time.Duration {
	if len(s) == 0 {
		return 0
	}
	var sizes []time.Duration
	for _, d := range s {
		sizes = append(sizes, d.Abs())
	}
	slices.Sort(sizes)
	return sizes[int(math.Ceil(part*float64(len(sizes))))-1]
}

// String is the skew in milliseconds, for people.
func (s Skew) String() string {
	var each []string
	for _, d := range s {
		each = append(each, fmt.Sprintf("%.1f", milliseconds(d)))
	}
	return fmt.Sprintf("%d bursts, median %.1f ms, 95 %% within %.1f ms, all within %.1f ms: %v",
		len(s), milliseconds(s.Median()), milliseconds(s.P95()), milliseconds(s.Most()), each)
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
