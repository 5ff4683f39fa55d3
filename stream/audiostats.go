package stream

import "time"

// AudioStats counts the packets and frames of an [AudioStream], over all tracks that
// it received. The counters only grow; Jitter, Latency and Codec are those of the
// last track.
type AudioStats struct {
	Packets        uint64 // RTP packets received, of every kind
	Bytes          uint64 // bytes of these packets, with headers and padding
	Lost           uint64 // packets that arrived too late or not at all
	Recovered      uint64 // packets that arrived in time out of order
	Duplicates     uint64 // packets that had been received before
	DroppedPackets uint64 // packets that arrived faster than they were processed
	DroppedBlank   uint64 // packets that the server made up
	DroppedPaused  uint64 // packets received while the stream was paused
	Undecryptable  uint64 // packets that could not be decrypted

	// RecoveredRedundant counts packets that were lost, and whose sound came with a later
	// one.
	RecoveredRedundant uint64
	Concealed          time.Duration // sound that was made up because packets were lost, in steps of 20 ms
	Silence            time.Duration // time without sound from the publisher

	Decoded uint64 // frames that were made
	Dropped uint64 // frames among them that were dropped because the reader was slow

	Jitter time.Duration // interarrival jitter (RFC 3550 section 6.4.1)
	// Latency is the time from the recording of the last packet until it was decoded; 0
	// if the capture time is unknown. See [Stats].
	Latency time.Duration

	Codec string // of the track, such as "opus"; empty before the first packet
}

// ClockOffset returns by how much the publisher's clock is ahead of this machine's,
// as [VideoStream.ClockOffset] does.
func (s *AudioStream) ClockOffset() (offset time.Duration, known bool) {
	stats := s.engine.Stats()
	return stats.ClockOffset, stats.HasClockOffset
}

// Stats returns the counts so far, also after Close.
func (s *AudioStream) Stats() AudioStats {
	stats := s.engine.Stats()
	return AudioStats{
		Packets:            stats.Packets,
		Bytes:              stats.Bytes,
		Lost:               stats.Lost,
		Recovered:          stats.Recovered,
		Duplicates:         stats.Duplicates,
		DroppedPackets:     stats.DroppedPackets,
		DroppedBlank:       stats.DroppedBlank,
		DroppedPaused:      stats.DroppedPaused,
		Undecryptable:      stats.DroppedUndecryptable,
		RecoveredRedundant: stats.RecoveredRedundant,
		Concealed:          time.Duration(stats.Concealed) * 20 * time.Millisecond,
		Silence:            stats.Silence,
		Decoded:            stats.Frames,
		Dropped:            uint64(stats.DroppedOverflow / s.config.FrameDuration),
		Jitter:             stats.Jitter,
		Latency:            stats.Latency,
		Codec:              stats.Codec,
	}
}
