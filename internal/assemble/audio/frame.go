package audio

import "time"

// Frame is the sound of one packet.
type Frame struct {
	Data         []byte        // one Opus packet, or the bytes of G.711
	PTS          time.Time     // when its first sample is due, by the local clock; the latency is not in it
	Duration     time.Duration // of the sound in it
	RTPTimestamp uint32
	Missing      bool      // packets directly before it are lost for good
	Redundant    bool      // taken from the redundancy of a later packet
	Silent       bool      // DTX: the publisher says that there is silence
	Discont      bool      // the first one of a sequence
	CaptureTime  time.Time // by the publisher's clock; zero if unknown
	ReceivedAt   time.Time
}
