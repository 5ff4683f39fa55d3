package audio

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
)

// derived has the keys of passphrases. To derive one takes half a second with the race detector.
var derived sync.Map

// sealer encrypts as LiveKit's Go SDK does.
func sealer(t testing.TB, passphrase string) func(frame []byte) []byte {
	t.Helper()
	known, ok := derived.Load(passphrase)
	if !ok {
		key, err := lksdk.DeriveKeyFromString(passphrase)
		if err != nil {
			t.Fatal(err)
		}
		known = key
		derived.Store(passphrase, key)
	}
	key := known.([]byte)
	return func(frame []byte) []byte {
		sealed, err := lksdk.EncryptGCMAudioSample(slices.Clone(frame), key, 0)
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
}

// keysOf returns the keys of the passphrase "secret", shared by the tests.
var keysOf = sync.OnceValue(func() *e2ee.Keys {
	keys := new(e2ee.Keys)
	if err := keys.Set("secret"); err != nil {
		panic(err)
	}
	return keys
})

var announced = []livekit.Encryption_Type{livekit.Encryption_GCM, livekit.Encryption_NONE}

// TestDecryption: redundancy is found around encrypted frames and in encrypted packets, and nobody says which it is.
func TestDecryption(t *testing.T) {
	seal := sealer(t, "secret")
	for _, encryption := range announced {
		for _, depth := range []int{0, 1, 2} {
			for _, whole := range []bool{false, true} {
				s := newStream()
				s.depth, s.seal, s.whole = depth, seal, whole
				s.send(30)
				s.mute(opusType, append(slices.Clone(blankOpus), "injected"...), 51, 3*tick*51)
				s.send(30)
				lost := []int{10, 20, 21}
				want := slices.DeleteFunc(numbers(0, 59, "d"), func(n string) bool { return n == "10" || n == "20" || n == "21" })
				switch depth {
				case 0:
					want[10], want[19] = "11m", "22m"
				case 1:
					want = slices.Insert(want, 10, "10r")
					want = slices.Insert(want, 20, "21rm")
				case 2:
					want = slices.Insert(want, 10, "10r")
					want = slices.Insert(want, 20, "20r", "21r")
				}
				d := e2ee.NewDecryptor(keysOf(), caps.Opus, encryption)
				d.InjectedTrailer = []byte("injected")
				var reported []error
				o := play(t, Config{Decryptor: d, OnDecryptError: func(err error) { reported = append(reported, err) }}, s.without(lost...))
				o.check(t, s.sent, want...)
				for _, f := range o.frames {
					if wait := f.at - f.due; depth == 2 && f.Redundant == false && wait != 0 {
						t.Errorf("whole %v: a frame that is due %v was played at %v", whole, f.due, f.at)
					}
				}
				if o.stats.Blank != 51 || o.stats.Undecryptable+o.stats.Invalid != 0 || len(reported) > 0 {
					t.Errorf("%s, depth %d, whole %v: reported %v, stats %+v", encryption, depth, whole, reported, o.stats)
				}
			}
		}
	}
}

// TestTheWayOfEncryptionMayChange, as when the publisher leaves RED to the server.
func TestTheWayOfEncryptionMayChange(t *testing.T) {
	s := newStream()
	s.seal = sealer(t, "secret")
	for i := range 12 {
		s.depth, s.whole = i%3, i%2 == 0
		s.history = nil
		s.send(5)
	}
	for _, encryption := range announced {
		o := play(t, Config{Decryptor: e2ee.NewDecryptor(keysOf(), caps.Opus, encryption)}, s.packets)
		o.check(t, s.sent, numbers(0, 59, "d")...)
	}
}

// TestATrackInClearIsPlayed although a key is there, if nothing says that it is encrypted.
func TestATrackInClearIsPlayed(t *testing.T) {
	for _, depth := range []int{0, 2} {
		s := newStream()
		s.depth = depth
		s.send(30)
		o := play(t, Config{Decryptor: e2ee.NewDecryptor(keysOf(), caps.Opus, livekit.Encryption_NONE)}, s.packets)
		o.check(t, s.sent, numbers(0, 29, "d")...)
	}
}

func TestAWrongKeyIsReported(t *testing.T) {
	for _, depth := range []int{0, 2} {
		for _, whole := range []bool{false, true} {
			s := newStream()
			s.depth, s.seal, s.whole = depth, sealer(t, "secret"), whole
			s.send(20)
			s.seal = sealer(t, "another")
			s.send(1000) // some of which look like blocks, by chance, that are not encrypted
			s.seal = sealer(t, "secret")
			s.history = nil
			s.send(20)
			var reported []error
			o := play(t, Config{
				Decryptor:      e2ee.NewDecryptor(keysOf(), caps.Opus, livekit.Encryption_GCM),
				OnDecryptError: func(err error) { reported = append(reported, err) },
			}, s.packets)
			o.check(t, s.sent, append(numbers(0, 19, "d"), numbers(1020, 1039, "")...)...)
			if len(reported) != 2 || !errors.Is(reported[0], e2ee.ErrWrongKey) || reported[1] != nil || o.stats.Undecryptable != 1000 {
				t.Errorf("depth %d, whole %v: reported %v, stats %+v", depth, whole, reported, o.stats)
			}
		}
	}
}

// TestADamagedFrameIsMissing, and is taken from the next packet if that repeats it.
func TestADamagedFrameIsMissing(t *testing.T) {
	for _, depth := range []int{0, 2} {
		for _, whole := range []bool{false, true} {
			s := newStream()
			s.depth, s.seal, s.whole = depth, sealer(t, "secret"), whole
			s.send(20)
			damaged := slices.Clone(s.packets[10].data)
			damaged[len(damaged)-40] ^= 1
			s.packets[10].data = damaged
			reported := 0
			o := play(t, Config{
				Decryptor:      e2ee.NewDecryptor(keysOf(), caps.Opus, livekit.Encryption_GCM),
				OnDecryptError: func(error) { reported++ },
			}, s.packets)
			want := append(numbers(0, 9, "d"), numbers(11, 19, "m")...)
			if depth > 0 {
				want = append(append(numbers(0, 9, "d"), "10r"), numbers(11, 19, "")...)
			}
			o.check(t, s.sent, want...)
			if reported != 0 || o.stats.Undecryptable != 1 {
				t.Errorf("depth %d, whole %v: %d reported, stats %+v", depth, whole, reported, o.stats)
			}
		}
	}
}

// TestWhatIsRefusedIsNotPlayed until it is allowed.
func TestWhatIsRefusedIsNotPlayed(t *testing.T) {
	refusal := errors.New("not encrypted")
	for _, depth := range []int{0, 2} {
		s := newStream()
		s.depth = depth
		s.send(30)
		asked := 0
		var reported []error
		o := play(t, Config{
			Refused: func() error {
				if asked++; asked <= 15 {
					return refusal
				}
				return nil
			},
			OnDecryptError: func(err error) { reported = append(reported, err) },
		}, s.packets)
		o.check(t, s.sent, numbers(15, 29, "d")...)
		if len(reported) != 2 || reported[0] != refusal || reported[1] != nil || o.stats.Undecryptable != 15 { //nolint:errorlint // the same value
			t.Errorf("reported %v, stats %+v", reported, o.stats)
		}
	}
}
