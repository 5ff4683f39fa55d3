package stream

import (
	"time"
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
	// Latency is the time from the capture of the last frame until it was handed to the
	// decoder; 0 if nobody says when it was captured. The publisher's clock tells the one
	// moment and this machine's the other. Where [VideoStream.ClockOffset] is known, it is
	// taken out of the Latency, which then lacks only the time from the publisher to the
	// server; otherwise the Latency is wrong by what the clocks are apart.
	Latency time.Duration

	Codec   string // of the track, such as "VP8"; empty before the first key frame
	Decoder string // name of the GStreamer element, such as "vp8dec"; empty likewise
}

// ClockOffset returns by how much the publisher's clock is ahead of this machine's, and
// whether that is known. CaptureTime minus ClockOffset is a time by this machine's clock.
//
// It is estimated from the publisher's sender reports, which LiveKit's server passes on
// as they are, and so takes some seconds, and from half of the round trip to the server.
// Nobody can measure from here how long they were on their way to the server: the
// estimate is less than the truth by that. A stream in an application's own room does
// not see the reports, and has none.
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
