package audio

import "time"

// Frame is one packet of sound.
type Frame struct {
	Data         []byte        // one Opus packet, or the bytes of G.711; never empty
	PTS          time.Time     // when its first sample is due, on the local monotonic clock, without the latency
	Duration     time.Duration // of the sound in it, more than 0
	RTPTimestamp uint32
	Missing      bool      // packets directly before it are lost for good; not that the sender sent nothing
	Redundant    bool      // it comes from a later packet that repeats it
	Silent       bool      // the publisher says that there is silence, and may send nothing for some time (DTX)
	Discont      bool      // it is the first one, or the first of a new sequence of timestamps
	CaptureTime  time.Time // when its first sample was captured, in UTC by the publisher's clock; zero if unknown
	ReceivedAt   time.Time // when the packet with it arrived
}
