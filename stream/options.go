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
	// DefaultCapacity is how many decoded frames a [VideoStream] queues for a slow
	// reader.
	DefaultCapacity = 4
	// Unbounded as a capacity drops no frames, whatever memory that needs.
	Unbounded = engine.Unbounded
	// AdaptiveLatency, the default of a [VideoStream], waits for a missing packet as
	// long as it can still arrive.
	AdaptiveLatency time.Duration = rtp.Adaptive
	// StartLatency is the latency that a stream with AdaptiveLatency reports until
	// the network needs more.
	StartLatency time.Duration = rtp.StartLatency
)

// Option configures a [VideoStream].
type Option interface{ video(c *config) }

// AudioOption configures an [AudioStream].
type AudioOption interface{ audio(c *audioConfig) }

// CommonOption configures either.
type CommonOption interface {
	Option
	AudioOption
}

type (
	videoOption  func(*config)
	audioOption  func(*audioConfig)
	commonOption func(*common)
)

func (o videoOption) video(c *config)       { o(c) }
func (o audioOption) audio(c *audioConfig)  { o(c) }
func (o commonOption) video(c *config)      { o(&c.common) }
func (o commonOption) audio(c *audioConfig) { o(&c.common) }

// common is what the options for either stream set.
type common struct {
	capacity       *int // nil is the default of the stream
	latency        time.Duration
	logger         *slog.Logger
	receiver       *webrtc.RTPReceiver
	passphrase     string
	encryption     EncryptionPolicy
	onDecryptError func(error)
}

type config struct {
	common

	engine   engine.Config
	writePLI func(webrtc.SSRC)
}

func newConfig(options []Option) config {
	c := config{common: common{latency: AdaptiveLatency}}
	for _, option := range options {
		option.video(&c)
	}
	c.engine.Capacity = DefaultCapacity
	if c.capacity != nil {
		c.engine.Capacity = *c.capacity
	}
	c.engine.Latency = c.latency
	c.engine.Logger = c.logger
	c.engine.Passphrase, c.engine.Encryption, c.engine.OnDecryptError = c.passphrase, c.encryption, c.onDecryptError
	return c
}

// WithFormat requests frames of one type. Without it frames have the decoder's own
// type, usually I420.
//
// RGB is converted when Next returns the frame, exactly as by [VideoFrame.Convert],
// so that dropped frames need no conversion; the other types are converted in the
// pipeline after the decoder.
func WithFormat(format caps.VideoBufferType) Option {
	return videoOption(func(c *config) { c.engine.Format = &format })
}

// WithCapacity sets how many decoded frames are queued for the reader; when the
// queue is full, the oldest is dropped. Numbers below 1 mean 1; Unbounded drops
// nothing. Without it a [VideoStream] queues [DefaultCapacity] frames, and an
// [AudioStream] the sound of [DefaultAudioCapacity].
func WithCapacity(frames int) CommonOption {
	return commonOption(func(c *common) { c.capacity = &frames })
}

// WithLatency sets the longest wait for a packet that is missing or late, instead
// of [AdaptiveLatency], or of an [AudioStream]'s [DefaultAudioLatency], after which
// it makes up sound. Frames are never delayed for any other reason. 0 does not wait
// at all; a negative value means the default.
func WithLatency(latency time.Duration) CommonOption {
	return commonOption(func(c *common) { c.latency = max(latency, AdaptiveLatency) })
}

// WithLogger sets the logger for decisions (Debug), starts and ends (Info) and lost
// data (Warn). Without it nothing is logged.
func WithLogger(logger *slog.Logger) CommonOption {
	return commonOption(func(c *common) { c.logger = logger })
}

// WithPLIWriter gives [FromTrack] a function that asks the sender for a key frame,
// usually (*lksdk.RemoteParticipant).WritePLI; a track alone cannot do that.
// Without it, the first frame, and the first one after a loss, have to wait until
// the publisher sends a key frame by itself.
func WithPLIWriter(write func(ssrc webrtc.SSRC)) Option {
	return videoOption(func(c *config) { c.writePLI = write })
}

// WithRTPReceiver gives [FromTrack] or [AudioFromTrack] the receiver of the track,
// which is an argument of pion's OnTrack. Only the receiver knows the negotiated
// header extensions: without it frames have no rotation and, unless sender reports
// provide it, no capture time.
func WithRTPReceiver(receiver *webrtc.RTPReceiver) CommonOption {
	return commonOption(func(c *common) { c.receiver = receiver })
}

// WithMaxPixels sets the size, width times height, of the largest picture that is
// decoded or passed on. Larger pictures are dropped before any memory is allocated
// for them, because a publisher can claim any size in a few bytes. 0, which is the
// default, allows four times what the publisher announced, but at least 3840x2160
// and at most 8192x4320. A stream of [FromTrack], which does not know what was
// announced, then allows 4096x4096.
func WithMaxPixels(pixels int) Option {
	return videoOption(func(c *config) { c.engine.MaxPixels = max(pixels, 0) })
}

// WithUndecodableEnd ends the stream with an [*UndecodableError] as soon as no
// decoder produces a picture from several complete key frames. Without it a stream
// that has given pictures keeps waiting and reports to [WithNoPicture].
func WithUndecodableEnd() Option {
	return videoOption(func(c *config) { c.engine.UndecodableEnd = true })
}
