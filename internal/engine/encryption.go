package engine

import (
	"fmt"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// DecryptError says that the frames of an encrypted track cannot be shown, and
// what to do about it.
type DecryptError struct {
	Participant string // identity of the publisher; "" with FromTrack
	TrackSID    string
	Err         error // one of package e2ee
}

func (e *DecryptError) Error() string {
	if e.Participant == "" {
		return fmt.Sprintf("decrypt track %s: %v", e.TrackSID, e.Err)
	}
	return fmt.Sprintf("decrypt track %s of %q: %v", e.TrackSID, e.Participant, e.Err)
}

// Unwrap returns the reason.
func (e *DecryptError) Unwrap() error { return e.Err }

// SetEncryptionKey replaces all keys with that of another passphrase, for the next
// frame that arrives; an empty one removes them. Frames go on with the next key
// frame, which it asks for. It takes some 30 ms: a passphrase is made
// hard to guess.
func (s *Stream) SetEncryptionKey(passphrase string) error {
	err := s.keys.Set(passphrase)
	if err == nil && passphrase != "" {
		s.RequestKeyFrame()
	}
	return err
}

// SetEncryptionKeyAt sets the passphrase for one key index beside the others, for
// a room that rotates its keys: set before the publisher begins to use it, no frame
// is lost. An empty one removes it.
func (s *Stream) SetEncryptionKeyAt(index uint8, passphrase string) error {
	return s.keys.SetAt(index, passphrase)
}

// decryption is what a stream does about the encryption of one track.
type decryption struct {
	stream    *Stream
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

func (s *Stream) newDecryption(track *room.Track, codec caps.Codec) *decryption {
	d := &decryption{stream: s, track: track, told: make(map[error]bool)}
	s.undecryptable.Store(nil)
	encryption := livekit.Encryption_NONE
	if info := track.TrackInfo(); info != nil {
		if encryption = info.Encryption; encryption == livekit.Encryption_NONE {
			d.refused = s.refuseClear
			if s.config.Encryption == caps.EncryptionOptional && s.keys.Any() {
				s.config.Logger.Warn("the track is not encrypted and shown all the same", "participant", track.Identity, "sid", track.SID)
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
func (s *Stream) refuseClear() error {
	switch s.config.Encryption {
	case caps.EncryptionOptional:
		return nil
	case caps.EncryptionAuto:
		if !s.keys.Any() {
			return nil
		}
	case caps.EncryptionRequired:
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
	log := d.stream.config.Logger
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
	if d.stream.config.OnDecryptError != nil {
		d.stream.config.OnDecryptError(err)
	}
}
