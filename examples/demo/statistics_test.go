package main

import (
	"testing"
	"time"
)

func TestSummaryOfSteadyFrames(t *testing.T) {
	began := time.Unix(1000, 0)
	s := newStatistics(began)
	for i := range 301 {
		latency := time.Duration(i) * time.Millisecond
		at := began.Add(400*time.Millisecond + time.Duration(i)*time.Second/30 + latency)
		s.add(frame{at: at, latency: latency, timed: i != 200})
	}
	<-s.first
	got := s.summary()
	if got.rate < 29.99 || got.rate > 30.01 {
		t.Errorf("rate is %v", got.rate)
	}
	got.rate = 0
	want := summary{
		frames: 301, timed: 300, firstFrame: 400 * time.Millisecond,
		median: 149 * time.Millisecond, p95: 285 * time.Millisecond,
	}
	if got != want {
		t.Errorf("summary is %+v, want %+v", got, want)
	}
}

func TestSummaryOfNothing(t *testing.T) {
	if got := newStatistics(time.Now()).summary(); got != (summary{}) {
		t.Errorf("summary is %+v", got)
	}
}

func TestSummaryOfOneFrame(t *testing.T) {
	began := time.Now()
	s := newStatistics(began)
	s.add(frame{at: began.Add(time.Second), latency: time.Millisecond, timed: true})
	want := summary{frames: 1, timed: 1, firstFrame: time.Second, median: time.Millisecond, p95: time.Millisecond}
	if got := s.summary(); got != want {
		t.Errorf("summary is %+v, want %+v", got, want)
	}
}

func TestPercentileIsNearestRank(t *testing.T) {
	values := []time.Duration{50, 15, 40, 35, 20}
	for percent, want := range map[int]time.Duration{0: 15, 5: 15, 30: 20, 40: 20, 50: 35, 95: 50, 100: 50} {
		if got := percentile(values, percent); got != want {
			t.Errorf("percentile %d is %d, want %d", percent, got, want)
		}
	}
}
