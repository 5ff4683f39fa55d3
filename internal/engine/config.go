package engine

import (
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
)

// Unbounded as a capacity drops no frames, whatever memory that needs.
const Unbounded = math.MaxInt

// Config configures a Stream. Functions may be nil.
type Config struct {
	// Format is the type of the frames; nil leaves it to the decoder or to what is downstream of Pad.
	Format *caps.VideoBufferType
	// Unconverted lists the types that frames may have instead of Format; the reader converts them.
	Unconverted []caps.VideoBufferType
	// Capacity is how many decoded frames are queued for the reader; when the queue is full, the oldest is dropped.
	// Numbers below 1 mean 1.
	Capacity int
	// Latency is the longest wait for a missing packet, or rtp.Adaptive.
	Latency time.Duration
	// Pad is where frames are pushed. If it is set, Next is not used.
	Pad *chain.Pad
	// Paused makes the Stream start paused, see SetPaused.
	Paused bool
	// MaxPixels is the size of the largest picture; 0 derives it from what the publisher announced.
	MaxPixels int
	// UndecodableEnd ends the Stream with an *UndecodableError as soon as no decoder produces a picture from several
	// complete key frames.
	UndecodableEnd bool
	// Unsynchronized leaves out the synchronization with the sound of the same participant.
	Unsynchronized bool
	// Layer is what the server should send; nil leaves it to the application.
	Layer *caps.Layer
	// Unaskable says that there is no way to ask the publisher for a key frame.
	Unaskable bool

	// Passphrase is the passphrase for all keys, "" for none. Encryption says which tracks are shown.
	Passphrase string
	Encryption caps.EncryptionPolicy
	// OnDecryptError is called with a *DecryptError when frames of a track can no longer be decrypted, and with nil when
	// frames of the same track can be decrypted again.
	OnDecryptError func(error)

	// OnSize is called from a streaming thread when the size of the received pictures, in pixels, has changed. It must
	// not block.
	OnSize func(width, height int)
	// OnEnd is called with the reason when the stream ends: io.EOF for an ordinary end. Frames received so far still come
	// out, but the end of the stream is not signalled before OnEnd has returned.
	OnEnd func(error)
	// OnNoPicture is called every SilenceTime while a track gives no picture although it should.
	OnNoPicture func(*NoPictureError)
	SilenceTime time.Duration // 0 means ten seconds
	// FirstPicture limits the wait for the first picture of a track; nil waits without a limit.
	FirstPicture FirstPicture

	// Logger gets decisions (Debug), starts and ends (Info) and lost data (Warn). If it is nil, nothing is logged.
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

// queueLength returns the capacity in the form that a chain takes.
func (c *Config) queueLength() int {
	if c.Capacity == Unbounded {
		return 0
	}
	return max(c.Capacity, 1)
}
