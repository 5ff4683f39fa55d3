package video

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// masked is an encryption for tests: the last byte of a frame is the key, with which all bytes behind the first are
// XORed. A frame of key 0 is left out.
type masked struct {
	key    byte
	frames int
	damage int // index of a frame that fails, or 0
}

var (
	errOtherKey = errors.New("encrypted with another key")
	errNoKey    = errors.New("no key")
)

func mask(frame []byte, key byte) []byte {
	out := append(slices.Clone(frame), key)
	for i := range frame[1:] {
		out[i+1] ^= key
	}
	return out
}

func (m *masked) Decrypt(frame []byte) ([]byte, error) {
	m.frames++
	key := frame[len(frame)-1]
	switch {
	case key == 0:
		return nil, nil
	case m.key == 0:
		return nil, errNoKey
	case key != m.key, m.frames == m.damage:
		clear(frame)
		return nil, errOtherKey
	}
	frame = frame[:len(frame)-1]
	for i := range frame[1:] {
		frame[i+1] ^= key
	}
	return frame, nil
}

// encrypted is the VP8 recording as a publisher with these keys sends it, one for each frame, in packets of 100 bytes.
// What is behind the encryption is the same for all frames.
func encrypted(t *testing.T, key func(frame int) byte, behind []byte) recording {
	t.Helper()
	plain := load(t, "vp8")
	return packetized(recording{codec: caps.VP8, frames: plain.frames}, func(i int, frame []byte) (payloads [][]byte) {
		frame = append(mask(frame, key(i)), behind...)
		for first := byte(0x10); len(frame) > 0; first = 0 {
			n := min(len(frame), 100)
			payloads = append(payloads, append([]byte{first}, frame[:n]...))
			frame = frame[n:]
		}
		return payloads
	})
}

func always(key byte) func(int) byte { return func(int) byte { return key } }

// told collects what OnDecryptError is called with.
func told(config *Config) *[]error {
	all := new([]error)
	config.OnDecryptError = func(err error) { *all = append(*all, err) }
	return all
}

func TestEncryptedFramesAreDelivered(t *testing.T) {
	r := encrypted(t, always(5), trailer(item(trailerFrameID, u32(42))))
	config := Config{Codec: caps.VP8, Decryptor: &masked{key: 5}, Config: rtp.Config{Latency: latency}}
	errs := told(&config)
	o := play(t, config, r.packets)
	o.checkFrames(t, r, span(0, 59))
	if o.stats.Undecryptable != 0 || len(*errs) > 0 {
		t.Errorf("stats %+v, errors %v", o.stats, *errs)
	}
	for i, u := range o.units {
		if u.Metadata == nil || u.Metadata.FrameID == nil || *u.Metadata.FrameID != 42 {
			t.Errorf("unit %d has metadata %+v", i, u.Metadata)
		}
	}
}

// TestWrongKeyIsToldOnceAndAsksForNothing: the key frames that a publisher would make are of no use.
func TestWrongKeyIsToldOnceAndAsksForNothing(t *testing.T) {
	config := Config{Codec: caps.VP8, Decryptor: &masked{key: 6}, Config: rtp.Config{Latency: latency}}
	errs := told(&config)
	o := play(t, config, encrypted(t, always(5), nil).packets)
	if len(o.units) > 0 || o.stats.Undecryptable != 60 || o.stats.Dropped != 60 {
		t.Errorf("%d units, stats %+v", len(o.units), o.stats)
	}
	if len(*errs) != 1 || !errors.Is((*errs)[0], errOtherKey) {
		t.Errorf("told %v", *errs)
	}
	// Of the two seconds, the first is the wait for the first packet.
	for _, at := range o.requests {
		if at > firstArrival {
			t.Errorf("a key frame was asked for after %v", at)
		}
	}
}

// changing sets another key before a frame.
type changing struct {
	masked
	to map[int]byte // by the number of the frame, from 1
}

func (c *changing) Decrypt(frame []byte) ([]byte, error) {
	if key, ok := c.to[c.frames+1]; ok {
		c.key = key
	}
	return c.masked.Decrypt(frame)
}

func TestFramesGoOnWhenTheKeyIsSetRight(t *testing.T) {
	config := Config{
		Config: rtp.Config{
			Latency: latency,
		},
		Codec:     caps.VP8,
		Decryptor: &changing{masked{}, map[int]byte{5: 6, 10: 5}},
	}
	errs := told(&config)
	r := encrypted(t, always(5), nil)
	o := play(t, config, r.packets)
	o.checkFrames(t, r, span(30, 59))
	want := []error{errNoKey, errOtherKey, nil}
	if !slices.Equal(*errs, want) {
		t.Errorf("told %v, want %v", *errs, want)
	}
	at := firstArrival + 9*time.Second/30
	if n := len(o.requests); n == 0 || !slices.ContainsFunc(o.requests, func(d time.Duration) bool {
		return d >= at && d < at+keyFrameWindow
	}) {
		t.Errorf("key frames were asked for at %v, want one soon after %v", o.requests, at)
	}
}

func TestKeyThatChangesInTheMiddleIsMissed(t *testing.T) {
	config := Config{Codec: caps.VP8, Decryptor: &masked{key: 5}, Config: rtp.Config{Latency: latency}}
	errs := told(&config)
	r := encrypted(t, func(i int) byte { return byte(5 + i/20%2) }, nil) // another one from frame 20 to 39
	o := play(t, config, r.packets)
	o.checkFrames(t, r, span(0, 19)) // there is no key frame behind 39
	want := []error{errOtherKey, nil}
	if !slices.Equal(*errs, want) || o.stats.Undecryptable != 20 {
		t.Errorf("told %v, want %v; stats %+v", *errs, want, o.stats)
	}
}

func TestOneDamagedFrameIsNoWrongKey(t *testing.T) {
	config := Config{Codec: caps.VP8, Decryptor: &masked{key: 5, damage: 10}, Config: rtp.Config{Latency: latency}}
	errs := told(&config)
	r := encrypted(t, always(5), nil)
	o := play(t, config, r.packets)
	o.checkFrames(t, r, slices.Concat(span(0, 8), span(30, 59)))
	if len(*errs) > 0 || o.stats.Undecryptable != 1 || !o.units[9].Discont {
		t.Errorf("told %v, stats %+v, Discont %v", *errs, o.stats, o.units[9].Discont)
	}
	if len(o.requests) < 2 {
		t.Errorf("key frames were asked for at %v, want one after the damage", o.requests)
	}
}

func TestFramesThatTheDecryptorLeavesOutAreNotMissed(t *testing.T) {
	config := Config{Codec: caps.VP8, Decryptor: &masked{key: 5}, Config: rtp.Config{Latency: latency}}
	errs := told(&config)
	r := encrypted(t, func(i int) byte {
		if i == 7 {
			return 0
		}
		return 5
	}, nil)
	o := play(t, config, r.packets)
	o.checkFrames(t, r, slices.Concat(span(0, 6), span(8, 59)))
	if len(*errs) > 0 || o.stats.Undecryptable != 0 || o.units[7].Discont {
		t.Errorf("told %v, stats %+v", *errs, o.stats)
	}
}

// TestEachLayerIsEncryptedByItself has a publisher of VP9 with three spatial layers.
func TestEachLayerIsEncryptedByItself(t *testing.T) {
	plain := recording{codec: caps.VP9, frames: readFramed(t, "testdata/vp9-svc.frames")}
	r := packetized(plain, func(i int, superframe []byte) [][]byte {
		var layers [][]byte
		for _, layer := range splitSuperframe(superframe) {
			layers = append(layers, mask(layer, 5))
		}
		return svc.payloads(i, withSuperframeIndex(layers))
	})
	r.frames = svc.layersOf(plain.frames)
	config := Config{Codec: caps.VP9, Decryptor: &masked{key: 5}, Config: rtp.Config{Latency: latency}}
	o := play(t, config, r.packets)
	o.checkFrames(t, r, span(0, 59))
}

// withSuperframeIndex joins frames as the annex B of the VP9 bitstream specification has it.
func withSuperframeIndex(frames [][]byte) []byte {
	const sizes = 2 // bytes each
	marker := byte(0xc0 | (sizes-1)<<3 | (len(frames) - 1))
	out := bytes.Join(frames, nil)
	out = append(out, marker)
	for _, f := range frames {
		out = append(out, byte(len(f)), byte(len(f)>>8))
	}
	return append(out, marker)
}
