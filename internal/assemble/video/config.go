package video

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

	// Codec is the codec of the track. New returns an error if there is no depacketizer for it.
	Codec caps.Codec
	// OnHeavyLoss is called, at most once a second, while too many packets are lost for it to be chance: the sender has
	// to send less. It reports whether it has asked for that: a server then starts with a key frame by itself. It is
	// called on the goroutine of Run, and must not block. It may be nil.
	OnHeavyLoss func() bool
	// RequestKeyFrame asks the sender for a key frame (a PLI, RFC 4585 section 6.3.1). It is called on the goroutine of
	// Run, at most every 200 ms, and must not block. If the link loses packets, it is called twice in a row each time,
	// because the request can be lost, too. It may be nil.
	RequestKeyFrame func()
	// Congested reports whether the sender will soon send less because of congestion, which begins with a key frame.
	// Until then no key frame is requested: one of a stream with too high a bitrate for the path would not arrive
	// complete, and would delay what follows. It is called on the goroutine of Run, only when a key frame is needed, and
	// must not block. It may be nil.
	Congested func() bool
	// KeyFrameTimes has the times at which to request key frames, besides all other reasons. Several Receivers may use
	// the same one, one after another. See KeyFrameTimesChanged. It may be nil.
	KeyFrameTimes *KeyFrameTimes
	// Behind returns how long the next unit will wait for the decoder, which is added to an adaptive latency. It is
	// called on the goroutine of Run, for each unit. It may be nil.
	Behind func() time.Duration
	// Sync keeps the times of the units in sync with the sound of the publisher. Nil leaves them as they are.
	Sync *mediaclock.SyncMember
	// AcceptSize reports whether a picture of so many pixels may be decoded. It is called on the goroutine of Run, for
	// each unit that contains its size. If it is nil, all are accepted.
	AcceptSize func(pixels int) bool
	// Decryptor decrypts each frame. It is nil for a track that is not encrypted.
	Decryptor assemble.Decryptor
	// Refused says why unencrypted frames are not delivered, or returns nil. It is called for each frame, on the
	// goroutine of Run, and its result may change. If it is nil, they are delivered.
	Refused func() error
	// OnDecryptError is called with an error of Decryptor or Refused when frames of the track begin to fail with it, and
	// with nil when they can be decrypted again; it is not called for a single damaged frame. It is called on the
	// goroutine of Run. It may be nil.
	OnDecryptError func(err error)
}
