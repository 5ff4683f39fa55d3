package stream

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// Rotation is how far a frame must be turned clockwise to stand upright, in
// degrees: 0, 90, 180 or 270, as LiveKit's VideoRotation.
type Rotation int

// VideoFrameEvent is a frame with its times and metadata.
type VideoFrameEvent struct {
	// Frame belongs to the reader until Release.
	Frame *VideoFrame
	// TimestampUs is when to show the frame, in microseconds on this machine's
	// monotonic clock (CLOCK_MONOTONIC). It follows from the RTP timestamp, without
	// network jitter and corrected for the drift of the sender's clock, even if that
	// clock runs at half or twice real time. It increases from frame to frame, and
	// the time between two frames is at least half of what the RTP timestamps say.
	TimestampUs int64
	// Rotation says how to turn the picture for display, and Mirrored that it must be
	// flipped horizontally before that; the pixels are unchanged. Both come from the
	// video-orientation header extension (3GPP TS 26.114 section 7.4.5) or from
	// display orientation SEI messages of H.264 and H.265, and are zero without
	// these. LiveKit servers do not negotiate the extension, so their publishers
	// rotate the pixels themselves.
	Rotation Rotation
	Mirrored bool
	// Metadata is what the publisher attached to the frame, nil if nothing.
	Metadata *FrameMetadata
	// RTPTimestamp is the frame's RTP timestamp, at 90 kHz (RFC 3550 section 5.1).
	RTPTimestamp uint32
	// CaptureTime is when the picture was taken, by the publisher's clock, which
	// LiveKit's server does not change; it is the zero time if unknown. See
	// [VideoStream.ClockOffset].
	CaptureTime time.Time
	// ReceivedAt is when the frame's last packet arrived.
	ReceivedAt time.Time
}

// FrameMetadata is what a publisher can attach to a frame: a timestamp, a number
// and data, each of them optional; see [caps.FrameMetadata].
//
// A LiveKit server removes the packet trailers of a track for subscribers that do
// not announce support for them. LiveKit's Go SDK v2.19.0 does not announce it; an
// application does by joining with [JoinContext].
type FrameMetadata = caps.FrameMetadata

// newEvent takes ownership of the frame.
func newEvent(frame engine.Frame) VideoFrameEvent {
	return VideoFrameEvent{
		Frame:        newVideoFrame(frame.Frame),
		TimestampUs:  frame.Monotonic.Microseconds(),
		Rotation:     Rotation(frame.Rotation.Degrees),
		Mirrored:     frame.Rotation.Mirrored,
		Metadata:     frame.Metadata,
		RTPTimestamp: frame.RTPTimestamp,
		CaptureTime:  frame.CaptureTime,
		ReceivedAt:   frame.ReceivedAt,
	}
}
