package stream

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/engine"
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
	// clock, also where that runs at half or at twice real time. It rises from
	// frame to frame, and no two frames are nearer than half their distance.
	TimestampUs int64
	// Rotation says how the picture is to be turned, and Mirrored that left and
	// right are to be exchanged before that; the pixels are neither. They come from
	// the video-orientation header extension (3GPP TS 26.114 section 7.4.5) or from
	// display orientation SEI messages of H.264 and H.265, and are zero without
	// those. A LiveKit server negotiates no such extension: its publishers turn
	// their pixels.
	Rotation Rotation
	Mirrored bool
	// Metadata is what the publisher attached to the frame, nil if nothing.
	Metadata *FrameMetadata
	// RTPTimestamp is the sender's, at 90 kHz (RFC 3550 section 5.1).
	RTPTimestamp uint32
	// CaptureTime is when the picture was taken, by the clock of the publisher, which
	// LiveKit's server passes on as it is; the zero time if nobody says. See
	// [VideoStream.ClockOffset].
	CaptureTime time.Time
	// ReceivedAt is when the frame's last packet arrived.
	ReceivedAt time.Time
}

// FrameMetadata is what a publisher can attach to a frame: a timestamp, a number and
// data, each of them there or not; see [caps.FrameMetadata].
//
// A LiveKit server takes the trailer off a track that was published with it for
// subscribers that do not say that they know trailers, as LiveKit's Go SDK v2.19.0
// does not by itself. An application says it by joining with [JoinContext].
type FrameMetadata = caps.FrameMetadata

// newEvent takes the frame over.
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
