package stream

import (
	"errors"
	"fmt"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/receive"
	"github.com/gst-livekit/gst-livekit/internal/room"
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
	// ErrUnsupportedEncryption says that the encryption is not LiveKit's own, or the
	// codec one that LiveKit does not encrypt, which is AV1.
	ErrUnsupportedEncryption = e2ee.ErrUnsupported
)

// DecryptError says that the frames of an encrypted track cannot be shown, and
// what to do about it.
type DecryptError struct {
	Participant string // identity of the publisher; "" with FromTrack
	TrackSID    string
	Err         error // one of the four above
}

func (e *DecryptError) Error() string {
	if e.Participant == "" {
		return fmt.Sprintf("decrypt track %s: %v", e.TrackSID, e.Err)
	}
	return fmt.Sprintf("decrypt track %s of %q: %v", e.TrackSID, e.Participant, e.Err)
}

// Unwrap returns the reason.
func (e *DecryptError) Unwrap() error { return e.Err }

// WithEncryptionKey sets the passphrase that the participants of the room share,
// for end-to-end encrypted tracks. Tracks in clear are received as without it. It
// can be changed with [VideoStream.SetEncryptionKey]. It takes some 30 ms: a
// passphrase is made hard to guess.
func WithEncryptionKey(passphrase string) Option {
	return func(c *config) { c.passphrase = passphrase }
}

// WithDecryptErrors sets what is called with a [*DecryptError] when the frames of a
// track cannot be decrypted, once and not for every frame, and with nil when those
// of the same track can be again. The stream does not end. It is called while
// nothing is received, so it must return soon, and must not call Close.
func WithDecryptErrors(report func(error)) Option {
	return func(c *config) { c.onDecryptError = report }
}

// SetEncryptionKey replaces all keys with that of another passphrase, for the next
// frame that arrives; an empty one removes them. Frames go on with the next key
// frame, which it asks for. Like [WithEncryptionKey] it takes some 30 ms.
func (s *VideoStream) SetEncryptionKey(passphrase string) error {
	err := s.keys.Set(passphrase)
	if err == nil && passphrase != "" {
		s.RequestKeyFrame()
	}
	return err
}

// SetEncryptionKeyAt sets the passphrase for one key index beside the others, for
// a room that rotates its keys: set before the publisher begins to use it, no frame
// is lost. An empty one removes it.
func (s *VideoStream) SetEncryptionKeyAt(index uint8, passphrase string) error {
	return s.keys.SetAt(index, passphrase)
}

// decryption is what a stream does about the encryption of one track.
type decryption struct {
	stream    *VideoStream
	track     *room.Track
	decryptor receive.Decryptor // nil for a track in clear
	failing   error             // reported last
}

func (s *VideoStream) newDecryption(track *room.Track, codec caps.Codec) *decryption {
	d := &decryption{stream: s, track: track}
	s.undecryptable.Store(false)
	encryption := livekit.Encryption_NONE
	if info := track.TrackInfo(); info != nil {
		if encryption = info.Encryption; encryption == livekit.Encryption_NONE {
			return d
		}
	}
	decryptor := e2ee.NewDecryptor(s.keys, codec, encryption)
	decryptor.InjectedTrailer = track.InjectedTrailer()
	d.decryptor = decryptor
	if err := decryptor.Refused(); err != nil {
		d.report(err)
	}
	return d
}

// report tells of a change.
func (d *decryption) report(err error) {
	if errors.Is(err, d.failing) {
		return
	}
	d.failing = err
	d.stream.undecryptable.Store(err != nil)
	log := d.stream.config.logger
	if err != nil {
		err = &DecryptError{Participant: d.track.Identity, TrackSID: d.track.SID, Err: err}
		log.Warn("frames cannot be decrypted", "reason", err)
	} else {
		log.Info("frames can be decrypted again", "participant", d.track.Identity, "sid", d.track.SID)
	}
	if d.stream.config.onDecryptError != nil {
		d.stream.config.onDecryptError(err)
	}
}
