package engine

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// Frame is a decoded frame, which belongs to its reader until Release, and what is known about it.
type Frame struct {
	chain.Frame
	Info
	Monotonic time.Duration // when to show it, on CLOCK_MONOTONIC
}

// Info is what the access unit of a frame says besides its picture.
type Info struct {
	Rotation     picture.Rotation
	Metadata     *caps.FrameMetadata // nil if there is none
	RTPTimestamp uint32
	CaptureTime  time.Time // zero if unknown
	ReceivedAt   time.Time
}
