package video

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Config says what a Receiver receives.
type Config struct {
	// Config is about the packets. Its ClockRate follows from Codec.
	rtp.Config

	// Codec of the track. New refuses one without a depacketizer.
	Codec caps.Codec
	// OnHeavyLoss is called, at most once a second, while so much is lost that it cannot be bad luck: less has to be sent.
	// It reports whether that was asked for: a server begins it with a key frame by itself. It is called on the goroutine of
	// Run, and must not block. Nil is told nothing.
	OnHeavyLoss func() bool
	// RequestKeyFrame asks the sender for a key frame (a PLI, RFC 4585 section 6.3.1). It is called on the goroutine of
	// Run, at most every 200 ms, and must not block. Where packets get lost it is called twice in a row each time, because
	// the request can get lost too. Nil asks nobody.
	RequestKeyFrame func()
	// Congested reports whether the sender is about to send less of itself, which begins with a key frame: none is asked for
	// meanwhile. One of a stream that is too much for the path would not arrive whole, and would hold up what follows. It is
	// called on the goroutine of Run, only when a key frame is wanted, and must not block. Nil is never.
	Congested func() bool
	// KeyFrameTimes are when key frames are asked for, beside all other reasons. Several Receivers may have the same, one
	// after the other. See KeyFrameTimesChanged. Nil is none.
	KeyFrameTimes *KeyFrameTimes
	// Behind says how long the next unit will wait for the decoder, which an adaptive latency allows for too. It is called on the
	// goroutine of Run, for each unit. Nil is not at all.
	Behind func() time.Duration
	// AcceptSize reports whether a decoder may be given a picture of so many pixels. It is called on the goroutine of Run,
	// for each unit that says so. Nil accepts all.
	AcceptSize func(pixels int) bool
	// Decryptor takes the end-to-end encryption off each frame. Nil is for a track in clear.
	Decryptor Decryptor
	// Refused says why frames in clear are not delivered, or nil. It is called for each frame, on the goroutine of Run, and
	// may change its mind. Nil refuses none.
	Refused func() error
	// OnDecryptError is called with an error of Decryptor or Refused when the frames of the track begin to fail with it, and with nil
	// when they can be decrypted again; not for a single damaged frame. It is called on the goroutine of Run. Nil is told
	// nothing.
	OnDecryptError func(err error)
}
