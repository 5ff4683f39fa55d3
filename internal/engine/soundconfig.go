package engine

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
)

// Silence says what fills the time in which a publisher sends no sound: while it is muted, between words, without a track,
// and while the connection is lost.
type Silence int

// The values are those of the element's property silence.
const (
	SilenceNone   Silence = iota // nothing: the next sound comes with its own time
	SilenceGaps                  // GAP events
	SilenceAlways                // silent samples, or silent Opus packets
)

// SoundFormat says whether a pad gets samples or the encoded stream.
type SoundFormat int

// The values are those of the element's property format.
const (
	SoundAuto SoundFormat = iota // what downstream takes; samples if it takes both
	SoundRaw
	SoundEncoded
)

// SoundConfig configures a Sound. Functions may be nil.
type SoundConfig struct {
	// Pad is where buffers are pushed. If it is set, Next is not used.
	Pad    *chain.Pad
	Format SoundFormat // for Pad
	Paused bool        // as SetPaused

	// SampleRate in Hz, Channels and FrameDuration are those of the frames for Next.
	SampleRate    int
	Channels      int
	FrameDuration time.Duration
	// Capacity is how much sound is kept for a slow consumer; the oldest is dropped. It comes on top of what the
	// pipeline's latency holds. Unbounded keeps all.
	Capacity time.Duration

	Latency time.Duration // the longest wait for a packet; then its sound is concealed
	// Silence other than SilenceAlways leaves frames without sound out, for Next.
	Silence Silence
	// SyncOffset is added to the times of all sound.
	SyncOffset time.Duration
	// Unsynchronized leaves out the synchronization with the pictures of the same participant. MaxSyncDelay is the
	// longest delay for it.
	Unsynchronized bool
	MaxSyncDelay   time.Duration
	// OnTooFar is called when sound and picture are further apart than that, so that they are no longer kept in sync.
	OnTooFar func(participant string, apart time.Duration)

	Passphrase     string
	Encryption     caps.EncryptionPolicy
	OnDecryptError func(error)

	// OnEnd is called with the reason when the stream ends: io.EOF for an ordinary end, before the end is signalled.
	OnEnd func(error)
	// OnNoSound is called every ten seconds while a track that is not muted gives no packets.
	OnNoSound func(error)
	// OnOverflow is called while sound for Pad is dropped because downstream is too slow, at most every ten seconds.
	OnOverflow func()
	// FirstSound limits the wait for the first packet of a track; nil waits without a limit.
	FirstSound FirstPicture

	Logger *slog.Logger
}

// SoundStats counts what happened since the Sound was made.
type SoundStats struct {
	ClockStats

	Packets, Bytes, Lost, Duplicates uint64 // of all tracks
	Recovered                        uint64 // packets that came late, but in time
	RecoveredRedundant               uint64 // frames taken from the redundancy of a later packet
	Concealed                        uint64 // frames of 20 ms that were made up
	Silence                          time.Duration
	DroppedBlank                     uint64 // packets that the server made up
	DroppedUndecryptable             uint64
	DroppedPaused                    uint64
	DroppedPackets                   uint64 // because they were not read in time
	DroppedOverflow                  time.Duration
	Frames                           uint64 // for Next, with those that were dropped
	Jitter                           time.Duration
	Codec                            string // such as "opus"; "" before the first track
}

// SoundFrame is decoded sound.
type SoundFrame struct {
	Samples      []int16       // interleaved; they belong to take
	PTS          time.Duration // when the first sample is due, on CLOCK_MONOTONIC
	RTPTimestamp uint32        // of the first sample; of made-up ones what it would have been
	CaptureTime  time.Time     // of the first sample, by the publisher's clock; zero if unknown
	ReceivedAt   time.Time     // when the first packet in it came; zero if there is none
	Concealed    bool          // some of it is made up, because packets were lost
	Silence      bool          // the publisher sent no sound
}

// complete sets defaults, and checks the form of the frames if there is one.
func (c *SoundConfig) complete() error {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.SampleRate == 0 && c.Channels == 0 && c.FrameDuration == 0 { // as for a pad
		c.SampleRate, c.Channels, c.FrameDuration = 48000, 1, 10*time.Millisecond
	}
	switch {
	case c.SampleRate < minSampleRate || c.SampleRate > maxSampleRate:
		return fmt.Errorf("receive sound at %d Hz: %w: the sample rate is between %d and %d Hz",
			c.SampleRate, ErrUnknownSound, minSampleRate, maxSampleRate)
	case c.Channels < 1 || c.Channels > 2:
		return fmt.Errorf("receive sound in %d channels: %w: there are one or two", c.Channels, ErrUnknownSound)
	case c.FrameDuration < minFrame || c.FrameDuration > maxFrame:
		return fmt.Errorf("receive sound in frames of %v: %w: a frame lasts between %v and %v",
			c.FrameDuration, ErrUnknownSound, minFrame, maxFrame)
	}
	return nil
}

// What frames may be like.
const (
	minSampleRate = 8000
	maxSampleRate = 192000
	minFrame      = 2500 * time.Microsecond
	maxFrame      = time.Second
)
