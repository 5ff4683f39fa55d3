package stream

import (
	"fmt"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
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

func (e *DecryptError) Error() string {
	if e.Participant == "" {
		return fmt.Sprintf("decrypt track %s: %v", e.TrackSID, e.Err)
	}
	return fmt.Sprintf("decrypt track %s of %q: %v", e.TrackSID, e.Participant, e.Err)
}

// Unwrap returns the reason.
func (e *DecryptError) Unwrap() error { return e.Err }

// WithEncryptionKey sets the passphrase that the participants of the room share,
// for end-to-end encrypted tracks. Tracks in clear are not shown any more, unless
// [WithEncryptionPolicy] allows them. It can be changed with [VideoStream.SetEncryptionKey]. It takes some 30 ms: a
// passphrase is made hard to guess.
func WithEncryptionKey(passphrase string) Option {
	return func(c *config) { c.passphrase = passphrase }
}

// EncryptionPolicy says which tracks are shown.
type EncryptionPolicy int

const (
	// EncryptionAuto shows encrypted tracks only, as soon as there is a key. A server
	// could otherwise show its own pictures in place of the publisher's, by announcing
	// them as not encrypted.
	EncryptionAuto EncryptionPolicy = iota
	// EncryptionRequired shows encrypted tracks only.
	EncryptionRequired
	// EncryptionOptional shows tracks in clear too, whether there is a key or not.
	EncryptionOptional
)

// WithEncryptionPolicy says which tracks are shown, instead of [EncryptionAuto]. Those
// that are not are told of by [WithDecryptErrors].
func WithEncryptionPolicy(policy EncryptionPolicy) Option {
	return func(c *config) { c.encryption = policy }
}

// WithDecryptErrors sets what is called with a [*DecryptError] when the frames of a
// track cannot be decrypted, once for each reason and not for every frame, and with
// nil when those of the same track can be again. A reason is told again after other
// keys were set, or when all has gone well for ten seconds. The stream does not end. It is called while
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
	decryptor video.Decryptor // nil for a track in clear
	refused   func() error    // why a track in clear is not shown, or nil

	failing bool           // an error was told last
	told    map[error]bool // since keys was set and worked
	keys    any            // version
	works   time.Time      // since when
}

// reasonTime is for how long all has to go well until the same reason is worth another word.
const reasonTime = 10 * time.Second

func (s *VideoStream) newDecryption(track *room.Track, codec caps.Codec) *decryption {
	d := &decryption{stream: s, track: track, told: make(map[error]bool)}
	s.undecryptable.Store(nil)
	encryption := livekit.Encryption_NONE
	if info := track.TrackInfo(); info != nil {
		if encryption = info.Encryption; encryption == livekit.Encryption_NONE {
			d.refused = s.refuseClear
			if s.config.encryption == EncryptionOptional && s.keys.Any() {
				s.config.logger.Warn("the track is not encrypted and shown all the same", "participant", track.Identity, "sid", track.SID)
			}
			return d
		}
	}
	decryptor := e2ee.NewDecryptor(s.keys, codec, encryption)
	decryptor.InjectedTrailer = track.InjectedTrailer()
	decryptor.RefuseClear = s.refuseClear
	d.decryptor = decryptor
	if err := decryptor.Refused(); err != nil {
		d.report(err)
	}
	return d
}

// refuseClear says why a track in clear is not shown, or nil.
func (s *VideoStream) refuseClear() error {
	switch s.config.encryption {
	case EncryptionOptional:
		return nil
	case EncryptionAuto:
		if !s.keys.Any() {
			return nil
		}
	case EncryptionRequired:
	}
	return e2ee.ErrClear
}

// report tells of a change, but of no reason twice.
func (d *decryption) report(err error) {
	now := time.Now()
	if keys := d.stream.keys.Version(); keys != d.keys || !d.works.IsZero() && now.Sub(d.works) >= reasonTime {
		d.keys = keys
		clear(d.told)
	}
	log := d.stream.config.logger
	if err == nil {
		d.stream.undecryptable.Store(nil)
		d.works = now
		if !d.failing {
			return
		}
		log.Info("frames can be decrypted again", "participant", d.track.Identity, "sid", d.track.SID)
	} else {
		reason := err
		d.stream.undecryptable.Store(&reason)
		d.works = time.Time{}
		if d.told[err] {
			return
		}
		d.told[err] = true
		err = &DecryptError{Participant: d.track.Identity, TrackSID: d.track.SID, Err: err}
		log.Warn("frames cannot be decrypted", "reason", err)
	}
	d.failing = err != nil
	if d.stream.config.onDecryptError != nil {
		d.stream.config.onDecryptError(err)
	}
}
