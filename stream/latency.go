package stream

import (
	"slices"
	"time"
)

// SetLatency changes what [WithLatency] sets, also for a packet that is being waited
// for.
func (s *VideoStream) SetLatency(latency time.Duration) {
	latency = max(latency, AdaptiveLatency)
	s.mu.Lock()
	s.latency = latency
	if s.receiver != nil {
		s.receiver.SetLatency(latency)
	}
	s.mu.Unlock()
	s.tellLatency()
}

// Latency returns how late frames may come with all of their packets: the latency
// that was set, or, while that is [AdaptiveLatency], what the network needs at the
// moment. A pipeline has to allow for it.
func (s *VideoStream) Latency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reportedLatencyLocked()
}

// adapt follows what the link needs. Only the feed calls it.
func (s *VideoStream) adapt(latency time.Duration) {
	s.mu.Lock()
	s.adapted = latency
	s.mu.Unlock()
	s.config.logger.Info("latency follows the network", "latency", latency)
	s.tellLatency()
}

// tellLatency has each output report the latency. A chain posts a message, which an
// application may handle in this very call: no lock is held.
func (s *VideoStream) tellLatency() {
	s.mu.Lock()
	latency := s.reportedLatencyLocked()
	outputs := slices.Clone(s.outputs)
	s.mu.Unlock()
	for _, out := range outputs {
		out.chain.SetLatency(latency)
	}
}

// chosenLatency is AdaptiveLatency, or a time.
func (s *VideoStream) chosenLatency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latency
}

// adaptedLatency is what the last track needed.
func (s *VideoStream) adaptedLatency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.adapted
}

// reportedLatencyLocked is called with s.mu held.
func (s *VideoStream) reportedLatencyLocked() time.Duration {
	if s.latency < 0 {
		return s.adapted
	}
	return s.latency
}
