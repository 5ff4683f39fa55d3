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
	// ErrNotEncrypted says that the track is announced as encrypted, and that its
	// frames are not. They are not shown.
	ErrNotEncrypted = e2ee.ErrNotEncrypted
	// ErrNotEncryptedAtAll says that the track is announced as not encrypted, and that
	// the [EncryptionPolicy] demands it.
	ErrNotEncryptedAtAll = e2ee.ErrClear
	// ErrUnsupportedEncryption says that the encryption is not LiveKit's own, or the
	// codec one that LiveKit does not encrypt, which is AV1.
	ErrUnsupportedEncryption = e2ee.ErrUnsupported
)

// DecryptError says that the frames of an encrypted track cannot be shown, and
// what to do about it.
type DecryptError struct {
	Participant string // identity of the publisher; "" with FromTrack
	TrackSID    string
	Err         error // one of the five above
}

func (e *DecryptError) Error() string { return (*engine.DecryptError)(e).Error() }

// Unwrap returns the reason.
func (e *DecryptError) Unwrap() error { return e.Err }

// WithEncryptionKey sets the passphrase that the participants of the room share,
// for end-to-end encrypted tracks. Tracks in clear are not shown any more, unless
// [WithEncryptionPolicy] allows them. It can be changed with [VideoStream.SetEncryptionKey]. It takes some 30 ms: a
// passphrase is made hard to guess.
func WithEncryptionKey(passphrase string) Option {
	return func(c *config) { c.engine.Passphrase = passphrase }
}

// EncryptionPolicy says which tracks are shown.
type EncryptionPolicy = caps.EncryptionPolicy

const (
	// EncryptionAuto shows encrypted tracks only, as soon as there is a key.
	EncryptionAuto = caps.EncryptionAuto
	// EncryptionRequired shows encrypted tracks only.
	EncryptionRequired = caps.EncryptionRequired
	// EncryptionOptional shows tracks in clear too, whether there is a key or not.
	EncryptionOptional = caps.EncryptionOptional
)

// WithEncryptionPolicy says which tracks are shown, instead of [EncryptionAuto]. Those
// that are not are told of by [WithDecryptErrors].
func WithEncryptionPolicy(policy EncryptionPolicy) Option {
	return func(c *config) { c.engine.Encryption = policy }
}

// WithDecryptErrors sets what is called with a [*DecryptError] when the frames of a
// track cannot be decrypted, once for each reason and not for every frame, and with
// nil when those of the same track can be again. A reason is told again after other
// keys were set, or when all has gone well for ten seconds. The stream does not end. It is called while
// nothing is received, so it must return soon, and must not call Close.
func WithDecryptErrors(report func(error)) Option {
	return func(c *config) {
		c.engine.OnDecryptError = nil
		if report == nil {
			return
		}
		c.engine.OnDecryptError = func(err error) {
			var failed *engine.DecryptError
			if errors.As(err, &failed) {
				err = (*DecryptError)(failed)
			}
			report(err)
		}
	}
}

// SetEncryptionKey replaces all keys with that of another passphrase, for the next
// frame that arrives; an empty one removes them. Frames go on with the next key
// frame, which it asks for. Like [WithEncryptionKey] it takes some 30 ms.
func (s *VideoStream) SetEncryptionKey(passphrase string) error {
	return s.engine.SetEncryptionKey(passphrase)
}

// SetEncryptionKeyAt sets the passphrase for one key index beside the others, for
// a room that rotates its keys: set before the publisher begins to use it, no frame
// is lost. An empty one removes it.
func (s *VideoStream) SetEncryptionKeyAt(index uint8, passphrase string) error {
	return s.engine.SetEncryptionKeyAt(index, passphrase)
}
