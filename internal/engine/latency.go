package engine

import (
	"slices"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// SetLatency changes Config.Latency, also for a packet that is being waited
// for.
func (s *Stream) SetLatency(latency time.Duration) {
	latency = max(latency, rtp.Adaptive)
	s.mu.Lock()
	s.latency = latency
	if s.receiver != nil {
		s.receiver.SetLatency(latency)
	}
	s.mu.Unlock()
	s.tellLatency()
}

// Latency returns how late frames may come with all of their packets: the latency
// that was set, or, while that is [rtp.Adaptive], what the network needs at the
// moment. A pipeline has to allow for it.
func (s *Stream) Latency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reportedLatencyLocked()
}

// adapt follows what the link needs. Only the feed calls it.
func (s *Stream) adapt(latency time.Duration) {
	s.mu.Lock()
	s.adapted = latency
	s.mu.Unlock()
	s.config.Logger.Info("latency follows the network", "latency", latency)
	s.tellLatency()
}

// tellLatency has each output report the latency. A chain posts a message, which an
// application may handle in this very call: no lock is held.
func (s *Stream) tellLatency() {
	s.mu.Lock()
	latency := s.reportedLatencyLocked()
	outputs := slices.Clone(s.outputs)
	s.mu.Unlock()
	for _, out := range outputs {
		out.chain.SetLatency(latency)
	}
}

// chosenLatency is rtp.Adaptive, or a time.
func (s *Stream) chosenLatency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latency
}

// adaptedLatency is what the last track needed.
func (s *Stream) adaptedLatency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.adapted
}

// reportedLatencyLocked is called with s.mu held.
func (s *Stream) reportedLatencyLocked() time.Duration {
	if s.latency < 0 {
		return s.adapted
	}
	return s.latency
}
