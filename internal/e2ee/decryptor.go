package e2ee

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	tagSize     = 16
	ivSize      = 12
	trailerSize = 2 // one byte for the length of the IV, one for the key index

	// maxKeyIndex is the highest key index that the SDKs use by default: their key rings have 16 entries. It helps to
	// recognize encrypted frames; for a track that is announced as encrypted, all 256 indexes work.
	maxKeyIndex = 15

	// suspicion is how many frames in a row must look encrypted before a track that was not announced as encrypted counts
	// as encrypted: at its beginning, and after frames that are not encrypted. At most one frame in 4096 looks encrypted
	// by chance.
	suspicion     = 2
	lateSuspicion = 8

	// earlyFrames is how many unencrypted frames a track may begin with that is announced as encrypted: an SDK may begin
	// to send before it begins to encrypt.
	earlyFrames = 30
)

// Decryptor decrypts the frames of one track, in one codec. It is for one goroutine at a time.
type Decryptor struct {
	// InjectedTrailer is the trailer of the frames that the server injects, as LiveKit's Room.SifTrailer returns it. Such
	// frames are dropped. Nil means unknown.
	InjectedTrailer []byte

	// RefuseClear says why unencrypted frames of a track whose encryption was not announced are not shown, or returns
	// nil. If it is nil, they are shown.
	RefuseClear func() error

	keys      *Keys
	codec     caps.Codec
	announced bool  // as encrypted; false means unknown
	refused   error // the error for every frame, if not nil
	iv        [ivSize]byte
	opened    bool // a frame was decrypted
	plain     int  // unencrypted frames before the first decrypted one

	// For a track whose encryption was not announced:
	backup   []byte // scratch memory, because GCM wipes frames that do not authenticate
	clear    bool   // the last frames counted as unencrypted
	suspects int    // frames in a row that look encrypted but cannot be decrypted
}

// NewDecryptor makes a Decryptor with keys that may be changed while it is in use. encryption is what the publisher
// announced (TrackInfo.encryption). Encryption_NONE stands for a track about which nothing is known, such as one from
// another connection than LiveKit's. Frames of such a track are decrypted if they end like encrypted ones and a key
// fits. If no key fits, the track counts as encrypted only if all of its frames end like that and, for VP8 and VP9,
// have the IVs of LiveKit's SDKs. A track that is announced as not encrypted needs no Decryptor.
func NewDecryptor(keys *Keys, codec caps.Codec, encryption livekit.Encryption_Type) *Decryptor {
	d := &Decryptor{keys: keys, codec: codec, announced: encryption != livekit.Encryption_NONE}
	if d.announced && (encryption != livekit.Encryption_GCM || !supports(codec)) {
		d.refused = ErrUnsupported
	}
	return d
}

// Refused returns ErrUnsupported if no frame of the track can be decrypted with any key. It allows reporting the error
// even if no frame arrives.
func (d *Decryptor) Refused() error { return d.refused }

// Decrypt returns the decrypted frame, in the memory of frame, which it overwrites even if it fails. If it returns
// neither a frame nor an error, the frame has to be dropped: the server injected it, it has no picture, or it is too
// early to know whether the track is encrypted. The errors are those of this package.
func (d *Decryptor) Decrypt(frame []byte) ([]byte, error) {
	switch {
	case d.refused != nil:
		return nil, d.refused
	case len(d.InjectedTrailer) > 0 && bytes.HasSuffix(frame, d.InjectedTrailer):
		return nil, nil
	case !d.announced:
		return d.decryptSuspect(frame)
	}
	clear := clearBytes(d.codec, frame)
	if clear < 0 {
		return nil, nil // a frame without a slice is not encrypted and shows nothing
	}
	decrypted, err := d.open(frame, clear)
	if errors.Is(err, ErrNotEncrypted) && !d.opened && d.plain < earlyFrames {
		d.plain++
		return nil, nil
	}
	return decrypted, err
}

// decryptSuspect decrypts a frame of a track whose encryption was not announced.
func (d *Decryptor) decryptSuspect(frame []byte) ([]byte, error) {
	clear := -1
	if hasTrailer(frame) {
		clear = clearBytes(d.codec, frame)
	}
	if clear < 0 || len(frame) < clear+tagSize+ivSize+trailerSize {
		d.clear, d.suspects = true, 0
		return d.unencrypted(frame)
	}
	d.backup = append(d.backup[:0], frame...)
	decrypted, err := d.open(frame, clear)
	if err == nil {
		d.clear, d.suspects = false, 0
		return decrypted, nil
	}
	d.suspects++
	if !isLikelyEncrypted(d.codec, d.backup) {
		d.clear, d.suspects = true, 0
	}
	switch {
	case d.clear && d.suspects < lateSuspicion:
		copy(frame, d.backup)
		return d.unencrypted(frame)
	case d.suspects < suspicion:
		return nil, nil
	}
	d.clear = false
	return nil, err
}

// unencrypted returns an unencrypted frame, unless that is refused.
func (d *Decryptor) unencrypted(frame []byte) ([]byte, error) {
	if d.RefuseClear != nil {
		if err := d.RefuseClear(); err != nil {
			return nil, err
		}
	}
	return frame, nil
}

// open decrypts the part of a frame after its unencrypted bytes.
func (d *Decryptor) open(frame []byte, clear int) ([]byte, error) {
	if len(frame) < clear {
		return nil, ErrNotEncrypted
	}
	sealed := frame[clear:]
	if isByteStream(d.codec) {
		sealed = unescape(sealed)
	}
	n := len(sealed) - trailerSize - ivSize
	if n < tagSize || sealed[len(sealed)-2] != ivSize {
		return nil, ErrNotEncrypted
	}
	key := d.keys.at(sealed[len(sealed)-1])
	if key == nil {
		return nil, ErrNoKey
	}
	copy(d.iv[:], sealed[n:])
	opened, err := key.Open(sealed[:0], d.iv[:], sealed[:n], frame[:clear])
	if err != nil {
		return nil, ErrWrongKey
	}
	d.opened = true
	return frame[:clear+len(opened)], nil
}

// hasTrailer reports whether a frame ends like an encrypted one.
func hasTrailer(frame []byte) bool {
	n := len(frame)
	return n > trailerSize && frame[n-2] == ivSize && frame[n-1] <= maxKeyIndex
}

// isLikelyEncrypted reports whether a frame with a trailer was encrypted by one of LiveKit's SDKs, and does not look so
// by chance. Unencrypted VP8 and VP9 frames often do: their last byte is usually zero, and up to one frame in a hundred
// has a trailer by chance. But the SDKs that encrypt VP8 and VP9, libwebrtc's and JavaScript's, make the IV from the
// SSRC, the timestamp, and the timestamp minus a counter of 16 bits. H.264, H.265 and sound cannot be checked further,
// because the Go SDK encrypts them with random IVs. H.264 and H.265 end with a stop bit, and sound with what was coded
// last, so a trailer by chance is less likely.
func isLikelyEncrypted(codec caps.Codec, frame []byte) bool {
	if isByteStream(codec) || codec.Kind() == caps.Audio {
		return true
	}
	iv := frame[len(frame)-trailerSize-ivSize:]
	count := binary.BigEndian.Uint32(iv[4:]) - binary.BigEndian.Uint32(iv[8:])
	return count <= math.MaxUint16
}

// supports reports whether LiveKit encrypts a codec.
func supports(codec caps.Codec) bool {
	switch codec {
	case caps.VP8, caps.VP9, caps.H264, caps.H265, caps.Opus, caps.PCMU, caps.PCMA:
		return true
	default:
		return false
	}
}

// isByteStream reports whether the frames of a codec are NAL units, whose encrypted part is escaped.
func isByteStream(codec caps.Codec) bool { return codec == caps.H264 || codec == caps.H265 }

// clearBytes returns how many bytes at the beginning of a frame are not encrypted, or -1 if the frame cannot be an
// encrypted one.
func clearBytes(codec caps.Codec, frame []byte) int {
	switch codec {
	case caps.VP8:
		if len(frame) > 0 && frame[0]&1 == 0 { // a key frame
			return 10
		}
		return 3
	case caps.VP9:
		return 0
	case caps.Opus, caps.PCMU, caps.PCMA:
		return 1
	case caps.H264:
		return behindHeader(sliceOffset(frame, isH264Slice))
	case caps.H265:
		return behindHeader(sliceOffset(frame, isH265Slice))
	default:
		return -1
	}
}

// behindHeader returns the end of the unencrypted bytes, which include two bytes of the slice at offset: the header in
// H.265, and the header and one more byte in H.264.
func behindHeader(offset int) int {
	if offset < 0 {
		return -1
	}
	return offset + 2
}
