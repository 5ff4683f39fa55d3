package audio

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Config configures a Receiver.
type Config struct {
	// Config is for the packets. Its ClockRate follows from Codec.
	rtp.Config

	// Codec is the codec of the track: Opus, PCMU or PCMA.
	Codec caps.Codec
	// IsRedundant reports whether packets of a payload type repeat earlier ones as in RFC 2198 ("RED"). It is called on
	// the goroutine of Run. If it is nil, none do. Config.AcceptPayloadType has to accept that type, too.
	IsRedundant func(payloadType uint8) bool
	// Decryptor decrypts each frame. It is nil for a track that is not encrypted.
	Decryptor assemble.Decryptor
	// Refused says why unencrypted frames are not delivered, or returns nil. It is called for each packet, on the
	// goroutine of Run, and its result may change. If it is nil, they are delivered.
	Refused func() error
	// OnDecryptError is called with an error of Decryptor or Refused when frames of the track begin to fail with it, and
	// with nil when they can be decrypted again; it is not called for a single damaged frame. It is called on the
	// goroutine of Run. It may be nil.
	OnDecryptError func(err error)
	// Sync keeps the times of the frames in sync with the pictures of the publisher. Nil leaves them as they are.
	Sync *mediaclock.SyncMember
	// Player gets the frames.
	Player Player
}

// Player plays what a Receiver assembles. It is called on the goroutine of Run. Run returns its errors.
type Player interface {
	// Play takes the next frame. The frame and its memory may only be used until Play returns.
	Play(f *Frame) error
	// Deadline returns when Tick has to be called next, if at all. It should change rarely, because setting the read
	// deadline of a source costs more than a packet.
	Deadline() (at time.Time, ok bool)
	// Tick is called when the time of Deadline has come. waiting says that there are packets behind one that is missing,
	// whose frames will follow.
	Tick(now time.Time, waiting bool) error
}
