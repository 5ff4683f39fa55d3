package e2ee

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	gcm     = livekit.Encryption_GCM
	unknown = livekit.Encryption_NONE
)

// encryptable are the codecs that LiveKit encrypts.
var encryptable = []caps.Codec{caps.VP8, caps.H264, caps.VP9, caps.H265, caps.Opus, caps.PCMU, caps.PCMA}

func TestDecryptsWhatTheNodeSDKEncrypted(t *testing.T) {
	keys := newKeys(t, passphrase)
	for _, codec := range []caps.Codec{caps.VP8, caps.H264, caps.VP9} {
		for i, encrypted := range recorded(t, codec) {
			d := NewDecryptor(keys, codec, gcm)
			frame, err := d.Decrypt(slices.Clone(encrypted))
			if err != nil {
				t.Errorf("%s frame %d: %v", codec, i, err)
				continue
			}
			if len(frame) > len(encrypted)-tagSize-ivSize-trailerSize {
				t.Errorf("%s frame %d has %d bytes, encrypted %d", codec, i, len(frame), len(encrypted))
			}
			if codec == caps.VP9 && frame[0]>>6 != 2 {
				t.Errorf("VP9 frame %d begins with %#x, not with the frame marker", i, frame[0])
			}
		}
	}
}

func TestDecryptGivesBackWhatWasEncrypted(t *testing.T) {
	keys := newKeys(t, passphrase)
	for _, codec := range encryptable {
		for _, encryption := range []livekit.Encryption_Type{gcm, unknown} {
			d := NewDecryptor(keys, codec, encryption)
			for seed, size := range []int{40, 41, 100, 1000, 50_000} {
				for _, key := range []bool{true, false} {
					plain := plainFrame(codec, key, size, uint64(seed))
					encrypted := encrypt(t, codec, plain, passphrase, 0)
					frame, err := d.Decrypt(encrypted)
					if err != nil || !bytes.Equal(frame, plain) {
						t.Errorf("%s, %s, %d bytes, key %v: %d bytes, %v", codec, encryption, size, key, len(frame), err)
					}
					if &frame[0] != &encrypted[0] {
						t.Errorf("%s: the frame is in other memory", codec)
					}
				}
			}
		}
	}
}

// TestEscapedFramesAreUnescaped goes on until the SDK has escaped something, which is rare: it takes three bytes of noise.
func TestEscapedFramesAreUnescaped(t *testing.T) {
	keys := newKeys(t, passphrase)
	for _, codec := range []caps.Codec{caps.H264, caps.H265} {
		d := NewDecryptor(keys, codec, gcm)
		plain := plainFrame(codec, true, 1_000_000, 1)
		const overhead = tagSize + ivSize + trailerSize
		for escapes := 0; escapes == 0; {
			encrypted := encrypt(t, codec, plain, passphrase, 0)
			escapes = len(encrypted) - overhead - len(plain)
			frame, err := d.Decrypt(encrypted)
			if err != nil || !bytes.Equal(frame, plain) {
				t.Fatalf("%s with %d escapes: %v", codec, escapes, err)
			}
		}
	}
}

func TestUnescapeIsTheInverseOfEscaping(t *testing.T) {
	for _, test := range []struct{ escaped, want []byte }{
		{nil, nil},
		{[]byte{0, 0}, []byte{0, 0}},
		{[]byte{0, 0, 3}, []byte{0, 0}},
		{[]byte{0, 0, 3, 3}, []byte{0, 0, 3}},
		{[]byte{0, 0, 3, 0, 0}, []byte{0, 0, 0, 0}},
		{[]byte{0, 0, 3, 0, 0, 3, 0}, []byte{0, 0, 0, 0, 0}},
		{[]byte{9, 0, 0, 3, 1, 8, 0, 0, 3, 2, 7}, []byte{9, 0, 0, 1, 8, 0, 0, 2, 7}},
		{[]byte{0, 3, 0, 0, 4, 3}, []byte{0, 3, 0, 0, 4, 3}},
	} {
		if got := unescape(slices.Clone(test.escaped)); !bytes.Equal(got, test.want) {
			t.Errorf("unescape(%v) = %v, want %v", test.escaped, got, test.want)
		}
	}
}

func TestDecryptSaysWhyItFails(t *testing.T) {
	right, other, none := newKeys(t, passphrase), newKeys(t, "another"), new(Keys)
	for _, codec := range encryptable {
		plain := plainFrame(codec, true, 500, 1)
		encrypted := encrypt(t, codec, plain, passphrase, 3)
		flipped := func(i int) []byte {
			f := slices.Clone(encrypted)
			f[(i+len(f))%len(f)] ^= 0x20
			return f
		}
		// What is left of the ciphertext may end like a frame that is encrypted: with the length of an IV.
		short := slices.Clone(encrypted[:len(encrypted)-480])
		short[len(short)-2] = 0
		for _, test := range []struct {
			name  string
			keys  *Keys
			frame []byte
			want  error
		}{
			{"wrong key", other, encrypted, ErrWrongKey},
			{"no key", none, encrypted, ErrNoKey},
			{"damaged", right, flipped(300), ErrWrongKey},
			{"damaged IV", right, flipped(-4), ErrWrongKey},
			{"other IV length", right, flipped(-2), ErrNotEncrypted},
			{"in clear", right, plain, ErrNotEncrypted},
			{"cut off behind the clear bytes", right, short, ErrNotEncrypted},
		} {
			d := NewDecryptor(test.keys, codec, gcm)
			d.opened = true // no early frame
			if frame, err := d.Decrypt(slices.Clone(test.frame)); !errors.Is(err, test.want) || frame != nil {
				t.Errorf("%s, %s: %d bytes, %v, want %v", codec, test.name, len(frame), err, test.want)
			}
		}
	}
}

// TestClearBytesAreAuthenticated: a server that changes what it can read is found out.
func TestClearBytesAreAuthenticated(t *testing.T) {
	keys := newKeys(t, passphrase)
	for _, codec := range []caps.Codec{caps.VP8, caps.H264, caps.H265} {
		encrypted := encrypt(t, codec, plainFrame(codec, true, 500, 1), passphrase, 0)
		encrypted[6] ^= 0x40
		if _, err := NewDecryptor(keys, codec, gcm).Decrypt(encrypted); !errors.Is(err, ErrWrongKey) {
			t.Errorf("%s with another header: %v", codec, err)
		}
	}
}

func TestWhatLiveKitDoesNotEncryptIsRefused(t *testing.T) {
	keys := newKeys(t, passphrase)
	for _, test := range []struct {
		codec      caps.Codec
		encryption livekit.Encryption_Type
		want       error
	}{
		{caps.AV1, gcm, ErrUnsupported},
		{caps.VP8, livekit.Encryption_CUSTOM, ErrUnsupported},
		{caps.VP8, gcm, nil},
		{caps.AV1, unknown, nil},
	} {
		d := NewDecryptor(keys, test.codec, test.encryption)
		if err := d.Refused(); !errors.Is(err, test.want) {
			t.Errorf("%s, %s: %v, want %v", test.codec, test.encryption, err, test.want)
		}
		if test.want == nil {
			continue
		}
		if _, err := d.Decrypt(make([]byte, 100)); !errors.Is(err, test.want) {
			t.Errorf("%s, %s: Decrypt: %v, want %v", test.codec, test.encryption, err, test.want)
		}
	}
}

func TestFramesThatAreNoPicturesAreLeftOut(t *testing.T) {
	keys := newKeys(t, passphrase)
	injected := append(make([]byte, 60), "trailer of the server"...)
	parameterSets := append([]byte{0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x68}, make([]byte, 50)...)
	d := NewDecryptor(keys, caps.H264, gcm)
	d.InjectedTrailer = []byte("trailer of the server")
	for name, frame := range map[string][]byte{"injected": injected, "parameter sets": parameterSets} {
		if got, err := d.Decrypt(frame); got != nil || err != nil {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

func TestClearFramesMayComeFirst(t *testing.T) {
	d := NewDecryptor(newKeys(t, passphrase), caps.VP8, gcm)
	plain := plainFrame(caps.VP8, false, 100, 1)
	for range earlyFrames {
		if frame, err := d.Decrypt(slices.Clone(plain)); frame != nil || err != nil {
			t.Fatalf("an early frame: %d bytes, %v", len(frame), err)
		}
	}
	if _, err := d.Decrypt(slices.Clone(plain)); !errors.Is(err, ErrNotEncrypted) {
		t.Errorf("one frame too many: %v", err)
	}
}

func TestKeysCanBeChangedAtAnyTime(t *testing.T) {
	keys := new(Keys)
	d := NewDecryptor(keys, caps.VP8, gcm)
	set := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check := func(passphrase string, index uint8, want error) {
		t.Helper()
		encrypted := encrypt(t, caps.VP8, plainFrame(caps.VP8, true, 100, 1), passphrase, index)
		if _, err := d.Decrypt(encrypted); !errors.Is(err, want) {
			t.Errorf("%s at %d: %v, want %v", passphrase, index, err, want)
		}
	}
	check("one", 0, ErrNoKey)
	set(keys.Set("one"))
	check("one", 0, nil)
	check("one", 255, nil)
	check("two", 7, ErrWrongKey)
	set(keys.SetAt(7, "two"))
	check("two", 7, nil)
	check("one", 7, ErrWrongKey)
	check("one", 6, nil)
	set(keys.SetAt(7, ""))
	check("one", 7, nil)
	set(keys.SetAt(7, "two"))
	set(keys.Set("three"))
	check("three", 7, nil)
	set(keys.Set(""))
	check("three", 7, ErrNoKey)
	set(keys.SetAt(1, "one"))
	check("one", 1, nil)
	check("one", 2, ErrNoKey)
}

// TestUnannouncedTrackIsJudgedByItsFrames has sequences of frames: e is encrypted, c in clear, x in clear with the end of
// an encrypted one; and what comes of each: d decrypted, p passed on as it is, - left out, ! an error.
func TestUnannouncedTrackIsJudgedByItsFrames(t *testing.T) {
	right, other, none := newKeys(t, passphrase), newKeys(t, "another"), new(Keys)
	for _, codec := range encryptable {
		plain := plainFrame(codec, true, 500, 1)
		plain[498], plain[499] = 1, 1
		lookalike := slices.Clone(plain)
		copy(lookalike[486:], slices.Concat(nodeIV, []byte{ivSize, 0}))
		frames := map[rune][]byte{
			'e': encrypt(t, codec, plain, passphrase, 0), 'c': plain, 'x': lookalike,
		}
		for _, test := range []struct {
			name         string
			keys         *Keys
			frames, want string
		}{
			{"right key", right, "eee", "ddd"},
			{"wrong key", other, "eeee", "-!!!"},
			{"no key", none, "eeee", "-!!!"},
			{"clear, no key", none, "cccc", "pppp"},
			{"clear, some key", other, "cccc", "pppp"},
			{"begins like an encrypted one", right, "xcxc", "-ppp"},
			{"looks encrypted now and then", other, "ccxxc", "ppppp"},
			{"encryption is switched on", right, "ccee", "ppdd"},
			{"encryption is switched on, no key", none, "ceeeeeeeee", "pppppppp!!"},
			{"encryption is switched off", right, "eecc", "ddpp"},
		} {
			d := NewDecryptor(test.keys, codec, unknown)
			got := ""
			for _, kind := range test.frames {
				frame, err := d.Decrypt(slices.Clone(frames[kind]))
				switch {
				case err != nil:
					got += "!"
				case frame == nil:
					got += "-"
				case kind == 'e' && bytes.Equal(frame, plain):
					got += "d"
				case bytes.Equal(frame, frames[kind]):
					got += "p"
				default:
					got += "?"
				}
			}
			if got != test.want {
				t.Errorf("%s, %s: %s became %s, want %s", codec, test.name, test.frames, got, test.want)
			}
		}
	}
}

// TestFrameThatEndsLikeAnEncryptedOneIsShown: of VP8 and VP9, up to one in a hundred does.
func TestFrameThatEndsLikeAnEncryptedOneIsShown(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.VP9} {
		for name, keys := range map[string]*Keys{"no key": new(Keys), "some key": newKeys(t, passphrase)} {
			plain := plainFrame(codec, true, 500, 1)
			copy(plain[486:], []byte{9, 9, 9, 9, 1, 2, 3, 4, 1, 1, 3, 4, ivSize, 0}) // a count of 2^16
			d := NewDecryptor(keys, codec, unknown)
			for i := range 2 * lateSuspicion {
				frame, err := d.Decrypt(slices.Clone(plain))
				if err != nil || !bytes.Equal(frame, plain) {
					t.Fatalf("%s, %s, frame %d: %d bytes, %v", codec, name, i, len(frame), err)
				}
			}
		}
	}
}

// TestEncryptedFramesAreKnown takes the Node SDK's own.
func TestEncryptedFramesAreKnown(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.H264, caps.VP9} {
		d := NewDecryptor(new(Keys), codec, unknown)
		for i, encrypted := range recorded(t, codec) {
			var want error
			if i >= suspicion-1 {
				want = ErrNoKey
			}
			if frame, err := d.Decrypt(encrypted); frame != nil || !errors.Is(err, want) {
				t.Errorf("%s, frame %d: %d bytes, %v", codec, i, len(frame), err)
			}
		}
	}
}

func TestErrorsAndKeysDoNotShowThePassphrase(t *testing.T) {
	keys := newKeys(t, passphrase)
	for _, err := range []error{ErrNoKey, ErrWrongKey, ErrNotEncrypted, ErrUnsupported} {
		if err.Error() == "" {
			t.Error("an error without words")
		}
	}
	if text := fmt.Sprintf("%v %+v %#v", keys.ring.Load(), keys.ring.Load(), keys); bytes.Contains([]byte(text), []byte(passphrase)) {
		t.Errorf("the passphrase is kept: %s", text)
	}
}

func TestDecryptMakesNoGarbage(t *testing.T) {
	keys := newKeys(t, passphrase)
	for _, codec := range encryptable {
		for _, encryption := range []livekit.Encryption_Type{gcm, unknown} {
			encrypted := encrypt(t, codec, plainFrame(codec, true, 10_000, 1), passphrase, 0)
			d := NewDecryptor(keys, codec, encryption)
			memory := make([]byte, len(encrypted))
			if n := testing.AllocsPerRun(100, func() {
				copy(memory, encrypted)
				if _, err := d.Decrypt(memory); err != nil {
					t.Error(err)
				}
			}); n > 0 {
				t.Errorf("%s, %s: %v allocations a frame", codec, encryption, n)
			}
		}
	}
}
