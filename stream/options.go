package stream

import (
	"log/slog"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

const (
	// DefaultCapacity is how many decoded frames wait for a slow reader.
	DefaultCapacity = 4
	// Unbounded as a capacity keeps every frame, in as much memory as that takes.
	Unbounded = engine.Unbounded
	// AdaptiveLatency, which is the default, waits for a missing packet as long as
	// it can still come.
	AdaptiveLatency time.Duration = rtp.Adaptive
	// StartLatency is what a stream with AdaptiveLatency gives as its latency
	// until the network needs more.
	StartLatency time.Duration = rtp.StartLatency
)

// Option changes how a [VideoStream] receives.
type Option func(*config)

type config struct {
	engine   engine.Config
	writePLI func(webrtc.SSRC)
	receiver *webrtc.RTPReceiver
}

func newConfig(options []Option) config {
	c := config{engine: engine.Config{Capacity: DefaultCapacity, Latency: AdaptiveLatency}}
	for _, option := range options {
		option(&c)
	}
	return c
}

// WithFormat asks for frames of one type. Without it frames have the decoder's
// own type, mostly I420.
//
// RGB is converted when Next gives the frame, so that a frame which is dropped
// costs nothing, and exactly as [VideoFrame.Convert] does it; the other types are
// converted behind the decoder.
func WithFormat(format caps.VideoBufferType) Option {
	return func(c *config) { c.engine.Format = &format }
}

// WithCapacity sets how many decoded frames wait for the reader; beyond that the
// oldest is dropped. Numbers below 1 mean 1; Unbounded drops nothing.
func WithCapacity(frames int) Option {
	return func(c *config) { c.engine.Capacity = frames }
}

// WithLatency sets the longest wait for a packet that is missing or late, instead of
// [AdaptiveLatency]. Frames are never held back otherwise. 0 waits for nothing; what
// is below is AdaptiveLatency.
func WithLatency(latency time.Duration) Option {
	return func(c *config) { c.engine.Latency = max(latency, AdaptiveLatency) }
}

// WithLogger sets where decisions (Debug), starts and ends (Info) and lost data
// (Warn) are logged. Nothing is logged without it.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) { c.engine.Logger = logger }
}

// WithPLIWriter tells [FromTrack] how to ask the sender for a key frame, which a
// track alone cannot do: usually (*lksdk.RemoteParticipant).WritePLI. Without it
// the first frame comes with the publisher's next key frame, and so does the
// first one after a loss.
func WithPLIWriter(write func(ssrc webrtc.SSRC)) Option {
	return func(c *config) { c.writePLI = write }
}

// WithRTPReceiver tells [FromTrack] which receiver the track came with, as pion's
// OnTrack gives it. It alone knows the header extensions that were negotiated:
// without it frames have no rotation and, unless the sender reports give it, no
// capture time.
func WithRTPReceiver(receiver *webrtc.RTPReceiver) Option {
	return func(c *config) { c.receiver = receiver }
}

// WithMaxPixels sets the size, width times height, of the largest picture that is
// decoded or handed on. Larger ones are left out, before any memory is taken for
// them: a publisher can say any size in a few bytes. 0, which is also the default, is
// four times what the publisher announced, but at least 3840x2160 and at most 8192x4320; and 4096x4096 for a
// stream of [FromTrack], which does not know what was announced.
func WithMaxPixels(pixels int) Option {
	return func(c *config) { c.engine.MaxPixels = max(pixels, 0) }
}

// WithUndecodableEnd ends the stream with an [*UndecodableError] as soon as no decoder
// gives a picture of several whole key frames. Without it a stream that has given
// pictures waits for better ones, and [WithNoPicture] tells of it.
func WithUndecodableEnd() Option {
	return func(c *config) { c.engine.UndecodableEnd = true }
}
