package engine

import (
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
)

// Unbounded as a capacity keeps every frame, in as much memory as that takes.
const Unbounded = math.MaxInt

// Config says how a Stream receives. Functions may be nil.
type Config struct {
	// Format is the type of the frames; nil is whatever the decoder gives, or downstream of the Pad wants.
	Format *caps.VideoBufferType
	// Unconverted are the types that frames may have instead of Format: whoever reads them converts.
	Unconverted []caps.VideoBufferType
	// Capacity is how many decoded frames wait to be read; beyond that the oldest is dropped. Numbers below 1 mean 1.
	Capacity int
	// Latency is the longest wait for a missing packet, or rtp.Adaptive.
	Latency time.Duration
	// Pad is where frames come out, instead of Next.
	Pad *chain.Pad
	// Paused is SetPaused, from the beginning.
	Paused bool
	// MaxPixels is the size of the largest picture; 0 follows from what the publisher announced.
	MaxPixels int
	// UndecodableEnd ends the Stream with an *UndecodableError as soon as no decoder gives a picture of several whole key frames.
	UndecodableEnd bool
	// Layer is what the server is to send; nil leaves that to the application.
	Layer *caps.Layer
	// Unaskable says that nobody can ask the publisher for a key frame.
	Unaskable bool

	// Passphrase is that of the keys, "" for none, and Encryption which tracks are shown.
	Passphrase string
	Encryption caps.EncryptionPolicy
	// OnDecryptError is called with a *DecryptError when the frames of a track begin to fail to decrypt, and with nil when those
	// of the same track can be decrypted again.
	OnDecryptError func(error)

	// OnSize is called from a streaming thread with the size of the pictures, in pixels, as they are received, when it is
	// another one. It must not block.
	OnSize func(width, height int)
	// OnEnd is called when the stream ends, with why: io.EOF for an ordinary end. What has been received still comes out, and
	// the end after it does not come before OnEnd has returned.
	OnEnd func(error)
	// OnNoPicture is called every SilenceTime while a track gives no picture that should.
	OnNoPicture func(*NoPictureError)
	SilenceTime time.Duration // 0 is ten seconds
	// FirstPicture bounds the wait for the first picture of a track; nil waits for ever.
	FirstPicture FirstPicture

	// Logger gets decisions (Debug), starts and ends (Info) and lost data (Warn). Nil is silent.
	Logger *slog.Logger
}

func (c *Config) complete() error {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.SilenceTime == 0 {
		c.SilenceTime = silenceTime
	}
	if f := c.Format; f != nil && !f.Valid() {
		return fmt.Errorf("receive frames as %v: %w", *f, caps.ErrUnknownFormat)
	}
	return nil
}

// queueLength is the capacity as a chain understands it.
func (c *Config) queueLength() int {
	if c.Capacity == Unbounded {
		return 0
	}
	return max(c.Capacity, 1)
}
