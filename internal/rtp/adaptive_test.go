package rtp

import (
	"testing"
	"time"
)

// follow has a frame every 33 ms be late by what late says, and returns how often the latency changed.
func (a *adaptiveLatency) follow(from, until time.Duration, late func(now time.Duration) time.Duration) (changes int) {
	for now := from; now < until; now += ms(33) {
		if a.observe(late(now), now) {
			changes++
		}
	}
	return changes
}

func constant(late time.Duration) func(time.Duration) time.Duration {
	return func(time.Duration) time.Duration { return late }
}

func TestLatencyStaysWhereNothingIsLate(t *testing.T) {
	a := newAdaptiveLatency(0)
	if n := a.follow(0, 10*time.Minute, func(now time.Duration) time.Duration { return now % StartLatency }); n != 0 {
		t.Errorf("the latency changed %d times", n)
	}
}

func TestLatencyRisesAtOnceAndFallsSlowly(t *testing.T) {
	a := newAdaptiveLatency(0)
	a.follow(0, time.Minute, constant(ms(20)))
	if a.observe(ms(200), time.Minute) {
		t.Errorf("latency %v for a single frame", a.latency)
	}
	if !a.observe(ms(200), time.Minute+time.Second) || a.latency < ms(200) || a.latency > ms(240) {
		t.Fatalf("latency %v for frames that need 200 ms", a.latency)
	}
	high := a.latency
	if n := a.follow(time.Minute+time.Second, 2*time.Minute, constant(ms(20))); n != 0 {
		t.Errorf("the latency fell within a minute, to %v", a.latency)
	}
	fell := a.follow(2*time.Minute+time.Second, 2*time.Minute+ms(5900), constant(ms(20)))
	if fell != 1 || high-a.latency > high/3 {
		t.Errorf("the latency fell %d times within five seconds, from %v to %v", fell, high, a.latency)
	}
	a.follow(2*time.Minute+ms(5900), 5*time.Minute, constant(ms(20)))
	if a.latency > StartLatency+latencyStep {
		t.Errorf("the latency is %v at the end", a.latency)
	}
}

func TestLatencyStaysForWhatComesNowAndThen(t *testing.T) {
	a := newAdaptiveLatency(0)
	now := func(now time.Duration) time.Duration {
		if now%(20*time.Second) < ms(33) {
			return ms(150)
		}
		return ms(10)
	}
	a.follow(0, time.Minute, now)
	if a.latency < ms(150) {
		t.Errorf("the latency is %v", a.latency)
	}
	if n := a.follow(time.Minute, 10*time.Minute, now); n != 0 {
		t.Errorf("the latency changed %d times", n)
	}
}

func TestLatencyFollowsWhatStaysLateBehindAStall(t *testing.T) {
	a := newAdaptiveLatency(0)
	a.follow(0, time.Minute, constant(ms(10)))
	a.follow(time.Minute, time.Minute+time.Second, constant(time.Second))
	a.follow(time.Minute+time.Second, time.Minute+3*time.Second, constant(ms(200)))
	if a.latency < ms(200) || a.latency > ms(240) {
		t.Errorf("the latency is %v where frames need 200 ms", a.latency)
	}
}

func TestLatencyDoesNotFollowAStall(t *testing.T) {
	a := newAdaptiveLatency(0)
	a.follow(0, time.Minute, constant(ms(10)))
	// Everything of three seconds comes at once, the last of it in time again.
	for late := 3 * time.Second; late > 0; late -= ms(33) {
		a.observe(late, time.Minute)
	}
	if a.latency != StartLatency {
		t.Errorf("the latency is %v after a stall", a.latency)
	}
	a.observe(ms(120), time.Minute+time.Second)
	if !a.observe(ms(120), time.Minute+2*time.Second) {
		t.Error("the latency follows nothing any more")
	}
}
