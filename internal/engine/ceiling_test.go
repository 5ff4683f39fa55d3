package engine

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// TestCeilingGoesUpSlowly plays an hour in which there is trouble whenever more than some number of steps is left, and
// notes when the ceiling moves.
func TestCeilingGoesUpSlowly(t *testing.T) {
	medium, low := limit{quality: caps.QualityMedium}, limit{quality: caps.QualityLow}
	slow := limit{quality: caps.QualityLow, frameRate: lowFrameRate}
	steps := []limit{medium, low, slow}
	type change struct {
		at time.Duration
		to limit
	}
	seconds := func(n int) time.Duration { return time.Duration(n) * time.Second }
	for _, test := range []struct {
		name    string
		trouble func(at time.Duration, limits int) bool
		until   time.Duration
		want    []change
	}{
		{
			name:    "no trouble",
			trouble: func(time.Duration, int) bool { return false },
			until:   time.Hour,
		},
		{
			name:    "once",
			trouble: func(at time.Duration, _ int) bool { return at == seconds(10) },
			until:   time.Hour,
			want:    []change{{seconds(10), medium}, {seconds(25), limit{}}},
		},
		{
			name:    "too much for high, always",
			trouble: func(_ time.Duration, limits int) bool { return limits == 0 },
			until:   seconds(600),
			want: []change{
				{0, medium},
				{seconds(15), limit{}},
				{seconds(18), medium}, // not before the change has settled
				{seconds(48), limit{}},
				{seconds(51), medium},
				{seconds(111), limit{}},
				{seconds(114), medium},
				{seconds(234), limit{}},
				{seconds(237), medium},
				{seconds(357), limit{}},
				{seconds(360), medium},
				{seconds(480), limit{}},
				{seconds(483), medium},
			},
		},
		{
			name:    "too much for everything",
			trouble: func(time.Duration, int) bool { return true },
			until:   time.Hour,
			want:    []change{{0, medium}, {seconds(3), low}, {seconds(6), slow}},
		},
		{
			name:    "back up one by one",
			trouble: func(at time.Duration, _ int) bool { return at <= seconds(3) },
			until:   time.Hour,
			want:    []change{{0, medium}, {seconds(3), low}, {seconds(18), medium}, {seconds(33), limit{}}},
		},
		{
			name:    "trouble that stays puts going up off",
			trouble: func(at time.Duration, _ int) bool { return at <= seconds(30) },
			until:   time.Hour,
			want:    []change{{0, medium}, {seconds(3), low}, {seconds(6), slow}, {seconds(45), low}, {seconds(60), medium}, {seconds(75), limit{}}},
		},
		{
			name:    "what was long ago is forgotten",
			trouble: func(at time.Duration, _ int) bool { return at == 0 || at == seconds(600) },
			until:   time.Hour,
			want:    []change{{0, medium}, {seconds(15), limit{}}, {seconds(600), medium}, {seconds(615), limit{}}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var c ceiling
				var have []change
				for ticker := time.NewTicker(100 * time.Millisecond); time.Since(start) < test.until; <-ticker.C {
					at := time.Since(start)
					before := c.limit()
					if test.trouble(at, len(c.limits)) {
						if c.see(time.Now()) && len(c.limits) < len(steps) {
							c.lower(time.Now(), steps[len(c.limits)])
						}
					} else {
						c.raise(time.Now())
					}
					if c.limit() != before {
						have = append(have, change{at, c.limit()})
					}
				}
				if !slices.Equal(have, test.want) {
					t.Errorf("it moved as\n%v, want\n%v", have, test.want)
				}
			})
		})
	}
}

func TestTheLowerOfWishAndLimitIsAskedFor(t *testing.T) {
	for _, test := range []struct {
		wish   caps.Layer
		limit  limit
		want   caps.Layer
		atMost caps.Quality
	}{
		{caps.Layer{}, limit{}, caps.Layer{}, caps.QualityAuto},
		{caps.Layer{Quality: caps.QualityHigh, MaxFrameRate: 20}, limit{}, caps.Layer{Quality: caps.QualityHigh, MaxFrameRate: 20}, caps.QualityAuto},
		{caps.Layer{Quality: caps.QualityHigh}, limit{quality: caps.QualityLow}, caps.Layer{Quality: caps.QualityHigh}, caps.QualityLow},
		{caps.Layer{MaxFrameRate: 20}, limit{frameRate: 15}, caps.Layer{MaxFrameRate: 15}, caps.QualityAuto},
		{caps.Layer{MaxFrameRate: 10}, limit{frameRate: 15}, caps.Layer{MaxFrameRate: 10}, caps.QualityAuto},
		{caps.Layer{}, limit{frameRate: 15}, caps.Layer{MaxFrameRate: 15}, caps.QualityAuto},
		{caps.Layer{Paused: true}, limit{quality: caps.QualityLow}, caps.Layer{Paused: true}, caps.QualityLow},
	} {
		s := &Stream{wish: &test.wish, limit: test.limit}
		if got, atMost := s.layer(); got != test.want || atMost != test.atMost {
			t.Errorf("%+v and %+v: asked for %+v, at most %v, want %+v, at most %v",
				test.wish, test.limit, got, atMost, test.want, test.atMost)
		}
	}
}
