package engine

import (
	"slices"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// SetLatency changes Config.Latency, also while a missing packet is being waited for.
func (s *Stream) SetLatency(latency time.Duration) {
	latency = max(latency, rtp.Adaptive)
	s.mu.Lock()
	s.latency = latency
	if s.receiver != nil {
		s.receiver.SetLatency(latency)
	}
	s.mu.Unlock()
	s.reportLatency()
}

// Latency returns how late a frame can be when its last packet arrives: the latency that was set or, with
// [rtp.Adaptive], what the network currently needs. A pipeline must add it to its latency.
func (s *Stream) Latency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reportedLatencyLocked()
}

// adapt sets the latency that the network needs. Only the feed calls it.
func (s *Stream) adapt(latency time.Duration) {
	s.mu.Lock()
	s.adapted = latency
	s.mu.Unlock()
	s.config.Logger.Info("latency follows the network", "latency", latency)
	s.reportLatency()
}

// reportLatency makes each output report the latency. A chain posts a message, which an application may handle
// synchronously, so no lock is held.
func (s *Stream) reportLatency() {
	s.mu.Lock()
	latency := s.reportedLatencyLocked()
	outputs := slices.Clone(s.outputs)
	s.mu.Unlock()
	for _, out := range outputs {
		out.chain.SetLatency(latency)
	}
}

// chosenLatency returns the latency that was set: rtp.Adaptive, or a time.
func (s *Stream) chosenLatency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latency
}

// adaptedLatency returns the latency that the last track needed.
func (s *Stream) adaptedLatency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.adapted
}

// reportedLatencyLocked requires s.mu.
func (s *Stream) reportedLatencyLocked() time.Duration {
	if s.latency < 0 {
		return s.adapted
	}
	return s.latency
}
