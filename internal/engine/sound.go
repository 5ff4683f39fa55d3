package engine

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/room"
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
	Silence Silence
	// SyncOffset is added to the times of all sound.
	SyncOffset time.Duration
	// Unsynchronized leaves out the synchronization with the pictures of the same participant. MaxSyncDelay is the
	// longest delay for it.
	Unsynchronized bool
	MaxSyncDelay   time.Duration

	Passphrase     string
	Encryption     caps.EncryptionPolicy
	OnDecryptError func(error)

	// OnEnd is called with the reason when the stream ends: io.EOF for an ordinary end, before the end is signalled.
	OnEnd func(error)
	// OnNoSound is called every ten seconds while a track that is not muted gives no packets.
	OnNoSound func(error)
	// FirstSound limits the wait for the first packet of a track; nil waits without a limit.
	FirstSound FirstPicture

	Logger *slog.Logger
}

// SoundStats counts what happened since the Sound was made.
type SoundStats struct {
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
	Jitter                           time.Duration
	Latency                          time.Duration // from capture to the pad, by the publisher's clock; 0 if unknown
	ClockOffset                      time.Duration // by how much the publisher's clock is ahead of ours
	HasClockOffset                   bool
	Codec                            string        // such as "opus"; "" before the first track
	Skew                             time.Duration // by how much the sound is late against the picture
	SyncState                        string        // "off", "waiting", "synchronized" or "too-far"
}

// Sound receives the sound of the tracks that a selector gives, one after another, as one continuous stream.
//
// Next is for one goroutine at a time; everything else may be called from any goroutine, at any time.
type Sound struct {
	config   SoundConfig
	selector room.Selector
	done     chan struct{}
	latency  atomic.Int64
	paused   atomic.Bool
	closing  sync.Once
}

// SoundFrame is decoded sound.
type SoundFrame struct {
	Samples      []int16       // interleaved; valid until take returns
	PTS          time.Duration // when the first sample is due, on CLOCK_MONOTONIC
	RTPTimestamp uint32
	CaptureTime  time.Time // zero if unknown
	ReceivedAt   time.Time
	Concealed    bool // made up, because packets were lost
	Silence      bool // made up, because there was no sound
}

// What follows stands in until there is the real one.

func newSound(selector room.Selector, config SoundConfig) (*Sound, error) {
	return &Sound{config: config, selector: selector, done: make(chan struct{})}, nil
}

func (s *Sound) Next(context.Context, func(SoundFrame) error) error { return ErrClosed }
func (s *Sound) Close() error {
	s.closing.Do(func() { s.selector.Close(); close(s.done) })
	return nil
}
func (s *Sound) End()                                   {}
func (s *Sound) Done() <-chan struct{}                  { return s.done }
func (s *Sound) Err() error                             { return nil }
func (s *Sound) Started() bool                          { return false }
func (s *Sound) Muted() bool                            { return false }
func (s *Sound) SetPaused(paused bool)                  { s.paused.Store(paused) }
func (s *Sound) Latency() time.Duration                 { return time.Duration(s.latency.Load()) }
func (s *Sound) SetLatency(d time.Duration)             { s.latency.Store(int64(d)) }
func (s *Sound) SetSyncOffset(time.Duration)            {}
func (s *Sound) SetEncryptionKey(string) error          { return nil }
func (s *Sound) SetEncryptionKeyAt(uint8, string) error { return nil }
func (s *Sound) Stats() SoundStats                      { return SoundStats{} }

// NewSound receives the tracks that a selector gives. It takes ownership of the selector, also if it fails.
func NewSound(selector room.Selector, config SoundConfig) (*Sound, error) {
	return newSound(selector, config)
}
