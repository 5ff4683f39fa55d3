package engine

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// DecryptError says that the frames of an encrypted track cannot be shown, and what to do about it.
type DecryptError struct {
	Participant string // identity of the publisher; "" with FromTrack
	TrackSID    string
	Err         error // one of the errors of package e2ee
}

func (e *DecryptError) Error() string {
	if e.Participant == "" {
		return fmt.Sprintf("decrypt track %s: %v", e.TrackSID, e.Err)
	}
	return fmt.Sprintf("decrypt track %s of %q: %v", e.TrackSID, e.Participant, e.Err)
}

// Unwrap returns the reason.
func (e *DecryptError) Unwrap() error { return e.Err }

// encryption is what a stream of any medium does about the encryption of its tracks.
type encryption struct {
	keys   *e2ee.Keys
	policy caps.EncryptionPolicy
	log    *slog.Logger
	tell   func(error) // may be nil

	// undecryptable is the reported reason why frames of the track cannot be decrypted, or nil.
	undecryptable atomic.Pointer[error]
}

// set derives the key from a passphrase.
func (e *encryption) set(passphrase string, policy caps.EncryptionPolicy, log *slog.Logger, tell func(error)) error {
	e.keys, e.policy, e.log, e.tell = new(e2ee.Keys), policy, log, tell
	return e.keys.Set(passphrase)
}

// SetEncryptionKey replaces all keys with the key of another passphrase, from the next received frame on. An empty
// passphrase removes all keys. Frames continue with the next key frame, which it requests. Deriving a key takes some 30
// ms, which makes passphrases hard to guess.
func (s *Stream) SetEncryptionKey(passphrase string) error {
	err := s.encryption.SetEncryptionKey(passphrase)
	if err == nil && passphrase != "" {
		s.RequestKeyFrame()
	}
	return err
}

// SetEncryptionKey replaces all keys with the key of another passphrase, from the next received frame on. An empty
// passphrase removes all keys. Deriving a key takes some 30 ms, which makes passphrases hard to guess.
func (e *encryption) SetEncryptionKey(passphrase string) error { return e.keys.Set(passphrase) }

// SetEncryptionKeyAt sets the passphrase for one key index and keeps the others, for a room that rotates its keys: if
// it is set before the publisher uses it, no frame is lost. An empty passphrase removes the key.
func (e *encryption) SetEncryptionKeyAt(index uint8, passphrase string) error {
	return e.keys.SetAt(index, passphrase)
}

// decryption handles and reports the encryption of one track.
type decryption struct {
	*encryption

	track     *room.Track
	decryptor assemble.Decryptor // nil for a track that is not encrypted
	refused   func() error       // why a track that is not encrypted is not shown, or nil

	failing bool           // the last report was an error
	told    map[error]bool // reasons reported since the keys changed or decryption last worked for reasonTime
	version any            // of the keys when told was last cleared
	works   time.Time      // since when decryption works, zero if it does not
}

// reasonTime is how long decryption must work before the same reason is reported again.
const reasonTime = 10 * time.Second

func (e *encryption) newDecryption(track *room.Track, codec caps.Codec) *decryption {
	d := &decryption{encryption: e, track: track, told: make(map[error]bool)}
	e.undecryptable.Store(nil)
	announced := livekit.Encryption_NONE
	if info := track.TrackInfo(); info != nil {
		if announced = info.Encryption; announced == livekit.Encryption_NONE {
			d.refused = e.refuseClear
			if e.policy == caps.EncryptionOptional && e.keys.Any() {
				e.log.Warn("the track is not encrypted, but received nevertheless", "participant", track.Identity, "sid", track.SID)
			}
			return d
		}
	}
	decryptor := e2ee.NewDecryptor(e.keys, codec, announced)
	decryptor.InjectedTrailer = track.InjectedTrailer()
	decryptor.RefuseClear = e.refuseClear
	d.decryptor = decryptor
	if err := decryptor.Refused(); err != nil {
		d.report(err)
	}
	return d
}

// refuseClear says why a track that is not encrypted is not shown, or returns nil.
func (e *encryption) refuseClear() error {
	switch e.policy {
	case caps.EncryptionOptional:
		return nil
	case caps.EncryptionAuto:
		if !e.keys.Any() {
			return nil
		}
	case caps.EncryptionRequired:
	}
	return e2ee.ErrClear
}

// report reports whether decryption works, but only changes, and each reason only once.
func (d *decryption) report(err error) {
	now := time.Now()
	if keys := d.encryption.keys.Version(); keys != d.version || !d.works.IsZero() && now.Sub(d.works) >= reasonTime {
		d.version = keys
		clear(d.told)
	}
	if err == nil {
		d.undecryptable.Store(nil)
		d.works = now
		if !d.failing {
			return
		}
		d.log.Info("frames can be decrypted again", "participant", d.track.Identity, "sid", d.track.SID)
	} else {
		reason := err
		d.undecryptable.Store(&reason)
		d.works = time.Time{}
		if d.told[err] {
			return
		}
		d.told[err] = true
		err = &DecryptError{Participant: d.track.Identity, TrackSID: d.track.SID, Err: err}
		d.log.Warn("frames cannot be decrypted", "reason", err)
	}
	d.failing = err != nil
	if d.tell != nil {
		d.tell(err)
	}
}
