package engine

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// Frame is a decoded frame, which is its reader's until Release, and what is known about it.
type Frame struct {
	chain.Frame
	Info
	Monotonic time.Duration // when it is to be shown, on CLOCK_MONOTONIC
}

// Info is what the access unit of a frame said beside its picture.
type Info struct {
	Rotation     picture.Rotation
	Metadata     *caps.FrameMetadata // nil is none
	RTPTimestamp uint32
	CaptureTime  time.Time // zero is unknown
	ReceivedAt   time.Time
}
