package stream

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/engine"
)

const (
	// DefaultSampleRate is the sample rate of an [AudioStream], in Hz.
	DefaultSampleRate = 48000
	// DefaultChannels is how many channels it has.
	DefaultChannels = 1
	// DefaultFrameDuration is how long its frames are.
	DefaultFrameDuration = 10 * time.Millisecond
	// DefaultAudioLatency is how long it waits for a packet.
	DefaultAudioLatency = 100 * time.Millisecond
	// DefaultAudioCapacity is how much sound it queues for a slow reader, beside what a
	// late packet can hold up.
	DefaultAudioCapacity = 2 * time.Second
)

type audioConfig struct {
	common

	engine engine.SoundConfig
}

func newAudioConfig(options []AudioOption) audioConfig {
	c := audioConfig{common: common{latency: AdaptiveLatency}, engine: engine.SoundConfig{
		SampleRate: DefaultSampleRate, Channels: DefaultChannels, FrameDuration: DefaultFrameDuration,
		Silence: engine.SilenceAlways,
	}}
	for _, option := range options {
		option.audio(&c)
	}
	if c.engine.Latency = c.latency; c.latency < 0 {
		c.engine.Latency = DefaultAudioLatency
	}
	c.engine.Capacity = DefaultAudioCapacity + c.engine.Latency
	if c.capacity != nil {
		c.engine.Capacity = engine.Unbounded
		if frames := time.Duration(max(*c.capacity, 1)); frames < engine.Unbounded/max(c.engine.FrameDuration, 1) {
			c.engine.Capacity = frames * c.engine.FrameDuration
		}
	}
	c.engine.Logger = c.logger
	c.engine.Passphrase, c.engine.Encryption, c.engine.OnDecryptError = c.passphrase, c.encryption, c.onDecryptError
	return c
}

// WithSampleRate sets the sample rate of the frames, 8000 to 192000 Hz, instead of
// [DefaultSampleRate]. Opus is decoded at 8000, 12000, 16000, 24000 or 48000 Hz; for
// other rates it is resampled.
func WithSampleRate(hertz int) AudioOption {
	return audioOption(func(c *audioConfig) { c.engine.SampleRate = hertz })
}

// WithChannels sets how many channels the frames have, 1 or 2, instead of
// [DefaultChannels]. One channel of a stereo track is the mean of both; both of a
// mono track are the same.
func WithChannels(channels int) AudioOption {
	return audioOption(func(c *audioConfig) { c.engine.Channels = channels })
}

// WithFrameDuration sets how long the frames are, 2.5 ms to 1 s, instead of
// [DefaultFrameDuration]. It is rounded down to whole samples.
func WithFrameDuration(d time.Duration) AudioOption {
	return audioOption(func(c *audioConfig) { c.engine.FrameDuration = d })
}

// WithoutSilence leaves out the frames in which the publisher sends no sound: Next
// waits, and the next frame has its own time.
func WithoutSilence() AudioOption {
	return audioOption(func(c *audioConfig) { c.engine.Silence = engine.SilenceNone })
}

// WithNoSound sets a function that is called every ten seconds while a track gives no
// packets although it is not muted, and the stream not paused. A publisher that
// sends nothing while nobody speaks still sends some.
//
// The stream does not end. The function is called on a goroutine of the stream,
// should return soon, and must not call Close.
func WithNoSound(report func(*NoSoundError)) AudioOption {
	return audioOption(func(c *audioConfig) {
		c.engine.OnNoSound = nil
		if report == nil {
			return
		}
		c.engine.OnNoSound = func(err error) {
			if none, ok := public(err).(*NoSoundError); ok { //nolint:errorlint // public has looked for it
				report(none)
			}
		}
	})
}

// NoSoundError says that a track gives no sound although it should, why, and what to
// do about it.
type NoSoundError struct {
	Participant string        // identity of the publisher; "" with AudioFromTrack
	TrackSID    string        //
	Codec       string        // such as "opus"
	For         time.Duration // how long there has been no sound
	Reason      string        // why, as a phrase that ends the error's sentence
}

func (e *NoSoundError) Error() string { return (*engine.NoSoundError)(e).Error() }

// Track describes the track for use in a sentence.
func (e *NoSoundError) Track() string { return (*engine.NoSoundError)(e).Track() }
