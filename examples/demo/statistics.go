package main

import (
	"slices"
	"sync"
	"time"
)

// statistics gathers frames. Its methods may be called by several goroutines at once.
type statistics struct {
	// first is closed at the first frame.
	first chan struct{}

	mu        sync.Mutex
	began     time.Time
	frames    []frame
	latencies []time.Duration
}

func newStatistics(began time.Time) *statistics {
	return &statistics{first: make(chan struct{}), began: began}
}

func (s *statistics) add(f frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames = append(s.frames, f)
	if f.timed {
		s.latencies = append(s.latencies, f.latency)
	}
	if len(s.frames) == 1 {
		close(s.first)
	}
}

// summary is what the frames so far amount to.
type summary struct {
	frames int
	// timed is how many of them had a readable time.
	timed int
	// firstFrame is the time from the beginning to the first frame.
	firstFrame time.Duration
	// rate is in frames per second of video, from the first frame to the last.
	rate        float64
	median, p95 time.Duration // of the latency
}

func (s *statistics) summary() summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	result := summary{frames: len(s.frames), timed: len(s.latencies)}
	if len(s.frames) == 0 {
		return result
	}
	first, last := s.frames[0], s.frames[len(s.frames)-1]
	result.firstFrame = first.at.Sub(s.began)
	if span := last.made().Sub(first.made()); span > 0 {
		result.rate = float64(len(s.frames)-1) / span.Seconds()
	}
	result.median, result.p95 = percentile(s.latencies, 50), percentile(s.latencies, 95)
	return result
}

// percentile is the nearest-rank percentile, 0 of nothing.
func percentile(values []time.Duration, percent int) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := (len(sorted)*percent + 99) / 100
	return sorted[max(rank, 1)-1]
}
