package engine

import (
	"bytes"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/chain"
)

// Frame is a decoded frame, which is its reader's until Release, and what is known about it.
type Frame struct {
	chain.Frame
	Info
	Monotonic time.Duration // when it is to be shown, on CLOCK_MONOTONIC
}

// Info is what the access unit of a frame said beside its picture.
type Info struct {
	Rotation     video.Rotation
	Metadata     *chain.Metadata // nil is none
	RTPTimestamp uint32
	CaptureTime  time.Time // zero is unknown
	ReceivedAt   time.Time
}

// newMetadata copies what belongs to the receiver.
func newMetadata(m *video.FrameMetadata) *chain.Metadata {
	if m == nil {
		return nil
	}
	metadata := &chain.Metadata{UserData: bytes.Clone(m.UserData)}
	if m.HasUserTimestamp {
		metadata.UserTimestamp = &[]uint64{m.UserTimestamp}[0]
	}
	if m.HasFrameID {
		metadata.FrameID = &[]uint32{m.FrameID}[0]
	}
	return metadata
}
