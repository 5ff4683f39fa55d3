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
	trailerSize = 2 // length of the IV, key index

	// maxKeyIndex is the highest key index that the SDKs use unless an application wants more: their key rings have 16
	// places. It helps to tell encrypted frames from others; where a track is known to be encrypted, all 256 work.
	maxKeyIndex = 15

	// suspicion is how many frames in a row have to look encrypted before a track that was not announced as encrypted is
	// taken for one: at its beginning, and after frames in clear. At most one frame of 4096 looks so by chance.
	suspicion     = 2
	lateSuspicion = 8

	// earlyFrames is how many frames in clear may come first of a track that is announced as encrypted: an SDK may begin to
	// send before it begins to encrypt.
	earlyFrames = 30
)

// Decryptor decrypts the frames of one track, in one codec. It is for one goroutine at a time.
type Decryptor struct {
	// InjectedTrailer is what ends the frames that the server makes up, as LiveKit's Room.SifTrailer gives it. They are
	// left out. Nil knows none.
	InjectedTrailer []byte

	// RefuseClear says why frames in clear of a track about which nothing was announced are not to be shown, or nil. A nil
	// function refuses none.
	RefuseClear func() error

	keys      *Keys
	codec     caps.Codec
	announced bool  // as encrypted; false is not known
	refused   error // for every frame, if not nil
	iv        [ivSize]byte
	opened    bool // a frame was decrypted
	plain     int  // frames in clear in front of the first one that was

	// Of a track about which nothing was announced:
	backup   []byte // memory: GCM wipes what does not authenticate
	clear    bool   // the last frames were taken for frames in clear
	suspects int    // frames in a row that look encrypted, and cannot be decrypted
}

// NewDecryptor makes a Decryptor with keys that may be changed while it is in use. encryption is what the publisher
// announced (TrackInfo.encryption); Encryption_NONE stands for a track about which nothing is known, such as one of
// another connection than LiveKit's. Of such a track frames are decrypted if they end like encrypted ones and there is a
// key that fits; if none fits, the track counts as encrypted only when all of its frames end so, those of VP8 and VP9 with
// the IVs of LiveKit's SDKs. A track that is known to be in clear needs no Decryptor.
func NewDecryptor(keys *Keys, codec caps.Codec, encryption livekit.Encryption_Type) *Decryptor {
	d := &Decryptor{keys: keys, codec: codec, announced: encryption != livekit.Encryption_NONE}
	if d.announced && (encryption != livekit.Encryption_GCM || !supports(codec)) {
		d.refused = ErrUnsupported
	}
	return d
}

// Refused returns ErrUnsupported if no frame of the track can be decrypted, whatever the key. There may be no frame that
// would tell.
func (d *Decryptor) Refused() error { return d.refused }

// Decrypt returns a frame in clear, in the memory of frame, which it overwrites also when it fails. A nil frame without
// an error is to be left out: the server made it up, it holds no picture, or it is too early to tell whether the track
// is encrypted. The errors are those of this package.
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
		return nil, nil // without a slice nothing was encrypted, and there is nothing to show
	}
	decrypted, err := d.open(frame, clear)
	if errors.Is(err, ErrNotEncrypted) && !d.opened && d.plain < earlyFrames {
		d.plain++
		return nil, nil
	}
	return decrypted, err
}

// decryptSuspect decrypts a frame of a track about which nothing was announced.
func (d *Decryptor) decryptSuspect(frame []byte) ([]byte, error) {
	clear := -1
	if hasTrailer(frame) {
		clear = clearBytes(d.codec, frame)
	}
	if clear < 0 || len(frame) < clear+tagSize+ivSize+trailerSize {
		d.clear, d.suspects = true, 0
		return d.asItIs(frame)
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
		return d.asItIs(frame)
	case d.suspects < suspicion:
		return nil, nil
	}
	d.clear = false
	return nil, err
}

// asItIs returns a frame in clear, unless that is refused.
func (d *Decryptor) asItIs(frame []byte) ([]byte, error) {
	if d.RefuseClear != nil {
		if err := d.RefuseClear(); err != nil {
			return nil, err
		}
	}
	return frame, nil
}

// open decrypts what is behind the clear bytes of a frame.
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

// hasTrailer reports whether a frame ends as an encrypted one does.
func hasTrailer(frame []byte) bool {
	n := len(frame)
	return n > trailerSize && frame[n-2] == ivSize && frame[n-1] <= maxKeyIndex
}

// isLikelyEncrypted reports whether a frame with a trailer is one that LiveKit's SDKs encrypted, and does not only end so.
// VP8 and VP9 frames in clear often do: their last byte is mostly zero, and up to one frame in a hundred has a trailer by
// chance. But the SDKs that encrypt VP8 and VP9, libwebrtc's and JavaScript's, make the IV of the SSRC, the timestamp, and
// the timestamp less a count of 16 bits. Of H.264 and H.265 nothing more can be said: the Go SDK encrypts them with random
// IVs. They end with a stop bit, so that a trailer by chance is less likely.
func isLikelyEncrypted(codec caps.Codec, frame []byte) bool {
	if isByteStream(codec) {
		return true
	}
	iv := frame[len(frame)-trailerSize-ivSize:]
	count := binary.BigEndian.Uint32(iv[4:]) - binary.BigEndian.Uint32(iv[8:])
	return count <= math.MaxUint16
}

// supports reports whether LiveKit encrypts a codec.
func supports(codec caps.Codec) bool {
	switch codec {
	case caps.VP8, caps.VP9, caps.H264, caps.H265:
		return true
	default:
		return false
	}
}

// isByteStream reports whether the frames of a codec are NAL units, and their encrypted part is escaped.
func isByteStream(codec caps.Codec) bool { return codec == caps.H264 || codec == caps.H265 }

// clearBytes returns how many bytes in front of a frame are in clear, or -1 for a frame that is not encrypted in any case.
func clearBytes(codec caps.Codec, frame []byte) int {
	switch codec {
	case caps.VP8:
		if len(frame) > 0 && frame[0]&1 == 0 { // a key frame
			return 10
		}
		return 3
	case caps.VP9:
		return 0
	case caps.H264:
		return behindHeader(sliceOffset(frame, isH264Slice))
	case caps.H265:
		return behindHeader(sliceOffset(frame, isH265Slice))
	default:
		return -1
	}
}

// behindHeader returns the end of the clear bytes that end in the slice at offset: behind two bytes, which is the header
// in H.265 and one more than it in H.264.
func behindHeader(offset int) int {
	if offset < 0 {
		return -1
	}
	return offset + 2
}
