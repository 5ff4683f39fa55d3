package base

import (
	"log/slog"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// Stream is what a run receives with, one track after another: [engine.Stream] and [engine.Sound].
type Stream interface {
	Close() error
	End()
	Done() <-chan struct{}
	Started() bool // whether the end comes out of the pad by itself
	SetPaused(paused bool)
	Latency() time.Duration
	SetLatency(latency time.Duration)
	SetEncryptionKey(passphrase string) error
}

// keyFrames is a Stream whose publisher can be asked for a key frame.
type keyFrames interface{ RequestKeyFrame() }

var (
	_ Stream    = (*engine.Stream)(nil)
	_ Stream    = (*engine.Sound)(nil)
	_ keyFrames = (*engine.Stream)(nil)
)

// Common is what a Medium's stream is told, whatever the medium.
type Common struct {
	Pad            chain.Pad
	Latency        time.Duration
	LostIsError    bool // on-track-lost
	Passphrase     string
	Encryption     caps.EncryptionPolicy
	Unsynchronized bool // sound and pictures of one participant keep their own times
	OnDecryptError func(error)
	OnEnd          func(error)
	OnNothing      func(error)         // for a track that gives nothing although it should
	First          engine.FirstPicture // or first sound
	Logger         *slog.Logger
}
