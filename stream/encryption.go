package stream

import (
	"errors"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// Why the frames of a track cannot be decrypted, for errors.Is with a
// [*DecryptError].
var (
	// ErrNoEncryptionKey says that the track is encrypted and no key is set for it.
	ErrNoEncryptionKey = e2ee.ErrNoKey
	// ErrWrongEncryptionKey says that the frames do not authenticate with the key.
	ErrWrongEncryptionKey = e2ee.ErrWrongKey
	// ErrNotEncrypted says that the track is announced as encrypted, but its frames
	// are not. They are not received.
	ErrNotEncrypted = e2ee.ErrNotEncrypted
	// ErrNotEncryptedAtAll says that the track is announced as not encrypted, but the
	// [EncryptionPolicy] requires encryption.
	ErrNotEncryptedAtAll = e2ee.ErrClear
	// ErrUnsupportedEncryption says that the encryption is not LiveKit's own, or that
	// LiveKit does not encrypt the codec, which is the case for AV1.
	ErrUnsupportedEncryption = e2ee.ErrUnsupported
)

// DecryptError says that the frames of an encrypted track cannot be received, and
// what to do about it.
type DecryptError struct {
	Participant string // identity of the publisher; "" with FromTrack
	TrackSID    string
	Err         error // one of the five above
}

func (e *DecryptError) Error() string { return (*engine.DecryptError)(e).Error() }

// Unwrap returns the reason.
func (e *DecryptError) Unwrap() error { return e.Err }

// WithEncryptionKey sets the passphrase that the participants of the room share for
// end-to-end encrypted tracks. Tracks that are not encrypted are then not received,
// unless [WithEncryptionPolicy] allows it. [VideoStream.SetEncryptionKey] and
// [AudioStream.SetEncryptionKey] change the passphrase. Deriving a key takes some 30 ms, which makes passphrases hard to
// guess.
func WithEncryptionKey(passphrase string) CommonOption {
	return commonOption(func(c *common) { c.passphrase = passphrase })
}

// EncryptionPolicy says which tracks are received.
type EncryptionPolicy = caps.EncryptionPolicy

const (
	// EncryptionAuto receives only encrypted tracks while a key is set, and all tracks
	// while none is.
	EncryptionAuto = caps.EncryptionAuto
	// EncryptionRequired receives only encrypted tracks.
	EncryptionRequired = caps.EncryptionRequired
	// EncryptionOptional also receives tracks that are not encrypted, whether a key is
	// set or not.
	EncryptionOptional = caps.EncryptionOptional
)

// WithEncryptionPolicy sets which tracks are received, instead of [EncryptionAuto].
// Tracks that are not received are reported to [WithDecryptErrors].
func WithEncryptionPolicy(policy EncryptionPolicy) CommonOption {
	return commonOption(func(c *common) { c.encryption = policy })
}

// WithDecryptErrors sets a function that is called with a [*DecryptError] when
// frames of a track cannot be decrypted, once for each reason and not for every
// frame, and with nil when frames of the same track can be decrypted again. A
// reason is reported again after other keys were set, or after decryption has
// worked for ten seconds. The stream does not end. Nothing is received during the
// call, so the function must return soon, and must not call Close.
func WithDecryptErrors(report func(error)) CommonOption {
	return commonOption(func(c *common) {
		c.onDecryptError = nil
		if report == nil {
			return
		}
		c.onDecryptError = func(err error) {
			var failed *engine.DecryptError
			if errors.As(err, &failed) {
				err = (*DecryptError)(failed)
			}
			report(err)
		}
	})
}

// SetEncryptionKey replaces all keys with the key of another passphrase, from the
// next received frame on. An empty passphrase removes all keys. Frames continue
// with the next key frame, which it requests. Like [WithEncryptionKey] it takes
// some 30 ms.
func (s *VideoStream) SetEncryptionKey(passphrase string) error {
	return s.engine.SetEncryptionKey(passphrase)
}

// SetEncryptionKeyAt sets the passphrase for one key index and keeps the others,
// for a room that rotates its keys: if it is set before the publisher uses it, no
// frame is lost. An empty passphrase removes the key.
func (s *VideoStream) SetEncryptionKeyAt(index uint8, passphrase string) error {
	return s.engine.SetEncryptionKeyAt(index, passphrase)
}
