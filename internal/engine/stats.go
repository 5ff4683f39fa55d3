package engine

import (
	"sync/atomic"

	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// Stats counts the packets and frames of a Stream, over all tracks that it received. The counters only grow;
// Received.Jitter, Latency, Codec and Decoder are those of the last track.
type Stats struct {
	Received video.Stats

	DroppedPackets   uint64 // packets that arrived faster than they were processed
	DroppedPaused    uint64 // access units received while the Stream was paused
	DroppedUndecoded uint64 // access units that the decoder was too slow for, or that it needed a key frame for

	Decoded uint64 // frames that came out of the decoder
	// DroppedDecoded counts decoded frames that were dropped because the reader was slow. For a stream that an element
	// pushes without decoding, it counts access units.
	DroppedDecoded uint64

	ClockStats

	Codec   string // of the track, such as "VP8"; empty before the first key frame
	Decoder string // name of the GStreamer element, such as "vp8dec"; empty before the first key frame
}

// DroppedIncomplete counts access units with a missing packet, or without the key frame that they depend on.
func (s *Stats) DroppedIncomplete() uint64 {
	return s.Received.Dropped - min(s.Received.Dropped, s.Received.Undecryptable)
}

// dropped counts the access units that the feed drops.
type dropped struct {
	paused, undecoded atomic.Uint64
}

// fed counts the access units that reach a chain.
type fed struct {
	handed, refused atomic.Uint64
	untouched       atomic.Uint64 // units that are not decoded, including those that downstream was too slow for
}

// Stats returns the counts so far, also after Close.
func (s *Stream) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.gone
	if s.receiver != nil {
		stats.Received.Add(s.receiver.Stats())
	}
	if s.track != nil {
		stats.DroppedPackets += s.track.Dropped()
	}
	stats.DroppedPaused = s.dropped.paused.Load()
	stats.DroppedUndecoded = s.dropped.undecoded.Load()
	stats.ClockStats = s.clock.stats()
	for _, out := range s.outputs {
		decoded, dropped := out.chain.Counts()
		stats.Decoded += decoded
		stats.DroppedDecoded += dropped
		stats.DroppedUndecoded += out.chain.Outrun()
	}
	return stats
}

// setTrack sets the track whose packets are counted; nil for none.
func (s *Stream) setTrack(t *room.Track) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.track != nil {
		s.gone.DroppedPackets += s.track.Dropped()
	}
	s.track = t
	s.clock.reset()
}

// setReceiver sets the receiver that gets settings and requests; nil for none.
func (s *Stream) setReceiver(r *video.Receiver) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.receiver != nil {
		s.gone.Received.Add(s.receiver.Stats())
	}
	s.receiver = r
	if r != nil {
		r.SetLatency(s.latency)
	}
}

// nameOutput records the present codec and decoder.
func (s *Stream) nameOutput(out *output) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone.Codec, s.gone.Decoder = out.codec.String(), out.chain.Decoder()
}
