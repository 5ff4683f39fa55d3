package stream

import (
	"time"
)

// Rotation is how far a frame must be turned clockwise to stand upright, in
// degrees: 0, 90, 180 or 270, as LiveKit's VideoRotation.
type Rotation int

// VideoFrameEvent is one frame and when it belongs.
type VideoFrameEvent struct {
	// Frame is the reader's until its Release.
	Frame *VideoFrame
	// TimestampUs is when the frame is to be shown, in microseconds on this
	// machine's monotonic clock (CLOCK_MONOTONIC): the time of its RTP
	// timestamp, freed from network jitter and from the drift of the sender's
	// clock. It rises from frame to frame.
	TimestampUs int64
	// Rotation says how the picture is to be turned; the pixels are not turned.
	// It is 0 for what comes through a LiveKit server, which negotiates no
	// rotation: publishers turn their pixels.
	Rotation Rotation
	// RTPTimestamp is the sender's, at 90 kHz (RFC 3550 section 5.1).
	RTPTimestamp uint32
	// ReceivedAt is when the frame's last packet arrived.
	ReceivedAt time.Time
}
