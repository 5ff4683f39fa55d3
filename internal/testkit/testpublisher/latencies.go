package testpublisher

import (
	"slices"
	"sync"
	"time"
)

// latencies remembers the last values that it was given.
type latencies struct {
	mu     sync.Mutex
	values [300]time.Duration
	count  int
}

func (l *latencies) add(value time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.values[l.count%len(l.values)] = value
	l.count++
}

func (l *latencies) median() time.Duration {
	l.mu.Lock()
	values := slices.Clone(l.values[:min(l.count, len(l.values))])
	l.mu.Unlock()
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}
