package stream

import (
	"time"
)

// Stats counts the packets and frames of a stream, over all tracks that it
// received. The counters only grow; Jitter, Latency, Codec and Decoder are those of
// the last track.
type Stats struct {
	Packets        uint64 // RTP packets received, of every kind
	Bytes          uint64 // bytes of these packets, with headers and padding
	Lost           uint64 // packets that arrived too late or not at all
	Recovered      uint64 // packets that arrived in time out of order or retransmitted
	Duplicates     uint64 // packets that had been received before
	DroppedPackets uint64 // packets that arrived faster than they were processed

	AccessUnits      uint64 // encoded frames that were complete
	KeyFrames        uint64 // key frames among them
	KeyFrameRequests uint64 // requests to the publisher for a key frame (PLI)
	PacketRequests   uint64 // requests to send a packet again, counted per packet (NACK)

	DroppedIncomplete uint64 // encoded frames with a missing packet, or without the key frame that they depend on
	DroppedBlank      uint64 // black frames that the server adds at the end of a subscription
	DroppedPaused     uint64 // encoded frames received while the stream was paused
	DroppedUndecoded  uint64 // encoded frames that the decoder was too slow for, or that it needed a key frame for

	// Undecryptable counts encoded frames that could not be decrypted. They are in
	// none of the other counters.
	Undecryptable uint64

	Decoded uint64 // frames that came out of the decoder
	// Dropped counts decoded frames that were dropped because the reader was slow.
	// For a stream that an element pushes without decoding, it counts access units.
	Dropped uint64

	Jitter time.Duration // interarrival jitter (RFC 3550 section 6.4.1)
	// Latency is the time from the capture of the last frame until it was pushed to
	// the decoder; 0 if the capture time is unknown. The capture time is by the
	// publisher's clock, the other by this machine's. If [VideoStream.ClockOffset] is
	// known, the Latency is corrected by it and only lacks the time from the
	// publisher to the server; otherwise it is wrong by the difference of the clocks.
	Latency time.Duration

	Codec   string // of the track, such as "VP8"; empty before the first key frame
	Decoder string // name of the GStreamer element, such as "vp8dec"; empty before the first key frame
}

// ClockOffset returns by how much the publisher's clock is ahead of this machine's, and
// whether that is known. CaptureTime minus ClockOffset is a time by this machine's clock.
//
// It is estimated from the publisher's sender reports, which LiveKit's server
// forwards unchanged, and half of the round-trip time to the server. The first
// estimate takes some seconds. The time from the publisher to the server cannot be
// measured here, so the estimate is too low by that time. A stream in a room that
// the application joined does not see the reports and has no estimate.
func (s *VideoStream) ClockOffset() (offset time.Duration, known bool) {
	stats := s.engine.Stats()
	return stats.ClockOffset, stats.HasClockOffset
}

// Stats returns the counts so far, also after Close.
func (s *VideoStream) Stats() Stats {
	stats := s.engine.Stats()
	r := stats.Received
	return Stats{
		Packets:           r.Packets,
		Bytes:             r.Bytes,
		Lost:              r.Lost,
		Recovered:         r.Recovered,
		Duplicates:        r.Duplicates,
		DroppedPackets:    stats.DroppedPackets,
		AccessUnits:       r.AccessUnits,
		KeyFrames:         r.KeyFrames,
		KeyFrameRequests:  r.KeyFrameRequests,
		PacketRequests:    r.PacketRequests,
		DroppedIncomplete: stats.DroppedIncomplete(),
		DroppedBlank:      r.BlankFrames,
		DroppedPaused:     stats.DroppedPaused,
		DroppedUndecoded:  stats.DroppedUndecoded,
		Undecryptable:     r.Undecryptable,
		Decoded:           stats.Decoded,
		Dropped:           stats.DroppedDecoded,
		Jitter:            r.Jitter,
		Latency:           stats.Latency,
		Codec:             stats.Codec,
		Decoder:           stats.Decoder,
	}
}
