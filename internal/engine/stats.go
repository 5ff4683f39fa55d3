package engine

import (
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// Stats counts what became of a Stream's packets and frames, over all tracks that it received. The numbers only grow;
// Received.Jitter, Latency, Codec and Decoder are those of the last track.
type Stats struct {
	Received video.Stats

	DroppedPackets   uint64 // packets that came faster than they were taken
	DroppedPaused    uint64 // access units that came while the Stream was paused
	DroppedUndecoded uint64 // access units that the decoder could not take in time, or not before the next key frame

	Decoded uint64 // frames that came out of the decoder
	// DroppedDecoded are those of them that were dropped because the reader was slow. Of what an element hands on without
	// decoding, it counts access units.
	DroppedDecoded uint64

	// Latency is the time from the capture of the last frame until it was handed to the decoder; 0 if nobody says when it was
	// captured. The publisher's clock tells the one moment and ours the other: with ClockOffset, what is known of their
	// difference is taken out. What is not is the time from the publisher to the server, which the Latency then lacks. Without
	// ClockOffset it is wrong by what the clocks are apart.
	Latency time.Duration
	// ClockOffset is by how much the publisher's clock is ahead of ours, as estimated from its sender reports, if HasClockOffset.
	ClockOffset    time.Duration
	HasClockOffset bool

	Codec   string // of the track, such as "VP8"; empty before the first key frame
	Decoder string // name of the GStreamer element, such as "vp8dec"; empty likewise
}

// DroppedIncomplete counts access units with a packet missing, or without the key frame that they build on.
func (s *Stats) DroppedIncomplete() uint64 {
	return s.Received.Dropped - min(s.Received.Dropped, s.Received.Undecryptable)
}

// dropped counts the access units that get no further than the feed.
type dropped struct {
	paused, undecoded atomic.Uint64
}

// fed counts the access units that get to a chain.
type fed struct {
	handed, refused atomic.Uint64
	untouched       atomic.Uint64 // those that are pictures as they are, the ones that downstream was too slow for among them
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
	stats.Latency = time.Duration(s.age.Load())
	stats.ClockOffset, stats.HasClockOffset = s.clockOffset.Estimate()
	for _, out := range s.outputs {
		decoded, dropped := out.chain.Counts()
		stats.Decoded += decoded
		stats.DroppedDecoded += dropped
		stats.DroppedUndecoded += out.chain.Outrun()
	}
	return stats
}

// setTrack makes t the one whose packets are counted, or none.
func (s *Stream) setTrack(t *room.Track) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.track != nil {
		s.gone.DroppedPackets += s.track.Dropped()
	}
	s.track = t
	s.clockOffset = mediaclock.Offset{}
	s.ahead.Store(0)
}

// noteSenderReport learns how the publisher's clock goes: sent is what it said.
func (s *Stream) noteSenderReport(track *room.Track, sent, received time.Time) {
	trip := track.RoundTrip()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clockOffset.Observe(sent, received, trip)
	ahead, _ := s.clockOffset.Estimate()
	s.ahead.Store(int64(ahead))
}

// setReceiver makes r the one that settings and requests go to, or none.
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

// handed notes how old a frame is that the decoder has got.
func (s *Stream) handed(au *video.AccessUnit) {
	if au.CaptureTime.IsZero() {
		s.age.Store(0)
		return
	}
	s.age.Store(int64(time.Since(au.CaptureTime)) + s.ahead.Load())
}

// nameOutput notes what decodes now.
func (s *Stream) nameOutput(out *output) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone.Codec, s.gone.Decoder = out.codec.String(), out.chain.Decoder()
}
