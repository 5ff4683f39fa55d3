package stream

import (
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/receive"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// Stats counts what became of a stream's packets and frames, over all tracks that
// it received. The numbers only grow; Jitter, Latency, Codec and Decoder are those
// of the last track.
type Stats struct {
	Packets        uint64 // RTP packets received, of every kind
	Bytes          uint64 // in them, with headers and padding
	Lost           uint64 // packets that did not come in time, or not at all
	Recovered      uint64 // packets that came out of order, or were sent again, in time
	Duplicates     uint64 // packets that had been here before
	DroppedPackets uint64 // packets that came faster than they were taken

	AccessUnits      uint64 // encoded frames that were complete
	KeyFrames        uint64 // those of them that are key frames
	KeyFrameRequests uint64 // times that the publisher was asked for one (PLI)
	PacketRequests   uint64 // packets that were asked for again, each time that they were (NACK)

	DroppedIncomplete uint64 // encoded frames with a packet missing, or without the key frame that they build on
	DroppedBlank      uint64 // frames that the server made up, at the end of a subscription
	DroppedPaused     uint64 // encoded frames that came while the stream was paused
	DroppedUndecoded  uint64 // encoded frames that the decoder could not take in time, or not before the next key frame

	// Undecryptable is how many encoded frames could not be decrypted. They are not
	// among the others.
	Undecryptable uint64

	Decoded uint64 // frames that came out of the decoder
	// Dropped are those of them that were dropped because the reader was slow. Of a
	// stream that an element hands on without decoding, it counts access units.
	Dropped uint64

	Jitter time.Duration // interarrival jitter (RFC 3550 section 6.4.1)
	// Latency is the time from the capture of the last frame, by the clock of the
	// server, until it was handed to the decoder, by the clock of this machine; 0 if
	// nobody says when it was captured. It is wrong by what the clocks are apart.
	Latency time.Duration

	Codec   string // of the track, such as "VP8"; empty before the first key frame
	Decoder string // name of the GStreamer element, such as "vp8dec"; empty likewise
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
func (s *VideoStream) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.gone
	if s.receiver != nil {
		stats.addReceived(s.receiver.Stats())
	}
	if s.track != nil {
		stats.DroppedPackets += s.track.Dropped()
	}
	stats.DroppedPaused = s.dropped.paused.Load()
	stats.DroppedUndecoded = s.dropped.undecoded.Load()
	stats.Latency = time.Duration(s.age.Load())
	for _, out := range s.outputs {
		decoded, dropped := out.chain.Counts()
		stats.Decoded += decoded
		stats.Dropped += dropped
		stats.DroppedUndecoded += out.chain.Outrun()
	}
	return stats
}

// addReceived adds what one receiver counted.
func (s *Stats) addReceived(r receive.Stats) {
	s.Packets += r.Packets
	s.Bytes += r.Bytes
	s.Lost += r.Lost
	s.Recovered += r.Recovered
	s.Duplicates += r.Duplicates
	s.AccessUnits += r.AccessUnits
	s.KeyFrames += r.KeyFrames
	s.KeyFrameRequests += r.KeyFrameRequests
	s.PacketRequests += r.PacketRequests
	s.DroppedIncomplete += r.Dropped - min(r.Dropped, r.Undecryptable)
	s.Undecryptable += r.Undecryptable
	s.DroppedBlank += r.BlankFrames
	s.Jitter = r.Jitter
}

// setTrack makes t the one whose packets are counted, or none.
func (s *VideoStream) setTrack(t *room.Track) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.track != nil {
		s.gone.DroppedPackets += s.track.Dropped()
	}
	s.track = t
}

// setReceiver makes r the one that settings and requests go to, or none.
func (s *VideoStream) setReceiver(r *receive.Receiver) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.receiver != nil {
		s.gone.addReceived(s.receiver.Stats())
	}
	s.receiver = r
	if r != nil {
		r.SetLatency(s.latency)
	}
}

// handed notes how old a frame is that the decoder has got.
func (s *VideoStream) handed(au *receive.AccessUnit) {
	if au.CaptureTime.IsZero() {
		s.age.Store(0)
		return
	}
	s.age.Store(int64(time.Since(au.CaptureTime)))
}

// nameOutput notes what decodes now.
func (s *VideoStream) nameOutput(out *output) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone.Codec, s.gone.Decoder = out.codec.String(), out.chain.Decoder()
}
