package rtp

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestHeavyLossIsToldFromBadLuck(t *testing.T) {
	for _, test := range []struct {
		name  string
		rate  int // packets a second
		gap   func(i int, random *rand.Rand) bool
		heavy bool
	}{
		{"none", 150, func(int, *rand.Rand) bool { return false }, false},
		{"ten percent", 150, func(_ int, r *rand.Rand) bool { return r.Float64() < 0.1 }, false},
		{"ten percent of a large stream", 2000, func(_ int, r *rand.Rand) bool { return r.Float64() < 0.1 }, false},
		{"one outage a second", 150, func(i int, _ *rand.Rand) bool { return i%150 == 0 }, false},
		{"every other packet", 150, func(i int, _ *rand.Rand) bool { return i%2 == 0 }, true},
		{"a quarter of the bandwidth", 50, func(int, *rand.Rand) bool { return true }, true},
	} {
		var l losses
		told := 0
		random := rand.New(rand.NewPCG(1, 2))
		const seconds = 60
		for i := range seconds * test.rate {
			if l.observe(test.gap(i, random), time.Duration(i)*time.Second/time.Duration(test.rate)) {
				told++
			}
		}
		if heavy := told > 0; heavy != test.heavy || told > seconds {
			t.Errorf("%s: told %d times", test.name, told)
		}
	}
}
