package rtp

import (
	"testing"
	"time"
)

func TestJitterIsThatOfRFC3550(t *testing.T) {
	// Alternately 10 ms late: every interarrival difference is 10 ms.
	j := jitter{rate: 90000}
	var got time.Duration
	for i := range 500 {
		at := time.Duration(i) * 20 * time.Millisecond
		if i%2 == 1 {
			at += 10 * time.Millisecond
		}
		got = j.observe(uint32(i*1800), at)
	}
	if d := got - 10*time.Millisecond; d < -time.Millisecond || d > time.Millisecond {
		t.Errorf("jitter %v, want 10ms", got)
	}
}
