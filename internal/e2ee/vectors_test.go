package e2ee

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"
	sdk "github.com/livekit/server-sdk-go/v2/e2ee"

	"github.com/gst-livekit/gst-livekit/caps"
)

// passphrase is the one of testdata.
const passphrase = "correct horse battery staple"

// nodeIV is an IV as the Node SDK makes it, see isLikelyEncrypted.
var nodeIV = []byte{9, 9, 9, 9, 1, 2, 3, 4, 1, 2, 3, 0}

// derived caches what is made of a passphrase, which takes half a second with the race detector.
var derived sync.Map

func cached[T any](tb testing.TB, kind, passphrase string, make func() (T, error)) T {
	tb.Helper()
	if value, ok := derived.Load(kind + passphrase); ok {
		return value.(T)
	}
	value, err := make()
	if err != nil {
		tb.Fatal(err)
	}
	derived.Store(kind+passphrase, value)
	return value
}

// newKeys returns Keys with one for all indexes. They are shared by the tests, and not to be changed.
func newKeys(tb testing.TB, passphrase string) *Keys {
	tb.Helper()
	return cached(tb, "Keys ", passphrase, func() (*Keys, error) {
		keys := new(Keys)
		return keys, keys.Set(passphrase)
	})
}

// recorded returns the frames of testdata.
func recorded(tb testing.TB, codec caps.Codec) (frames [][]byte) {
	tb.Helper()
	name := map[caps.Codec]string{caps.VP8: "vp8", caps.H264: "h264", caps.VP9: "vp9"}[codec]
	data, err := os.ReadFile("testdata/" + name + ".encrypted")
	if err != nil {
		tb.Fatal(err)
	}
	for len(data) > 0 {
		size := int(binary.BigEndian.Uint16(data))
		frames = append(frames, slices.Clone(data[2:2+size]))
		data = data[2+size:]
	}
	return frames
}

// plainFrame makes a frame of a size: what is in clear is as an encoder makes it, the rest is noise, with zeros in it.
func plainFrame(codec caps.Codec, key bool, size int, seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 1))
	frame := make([]byte, size)
	for i := range frame {
		if frame[i] = byte(random.Uint32()); random.IntN(4) == 0 {
			frame[i] = 0
		}
	}
	nal := func(header ...byte) []byte { return append([]byte{0, 0, 0, 1}, header...) }
	switch codec {
	case caps.VP8:
		frame[0] |= 1
		if key {
			copy(frame, []byte{0x10, 0, 0, 0x9d, 1, 0x2a, 64, 1, 180, 0})
		}
	case caps.H264:
		header := nal(0x41, 0x9a)
		if key {
			header = slices.Concat(nal(0x67, 0x42, 0xc0, 0x1f), nal(0x68, 0xce, 0x3c, 0x80), nal(0x65, 0x88))
		}
		copy(frame, header)
	case caps.H265:
		header := nal(0x02, 0x01)
		if key {
			header = slices.Concat(nal(0x40, 1, 12), nal(0x42, 1, 1), nal(0x44, 1, 0xc1), nal(0x26, 1))
		}
		copy(frame, header)
	default:
	}
	return frame
}

// encrypt makes an encrypted frame: with the SDK's own code where it has some, else after the package documentation.
func encrypt(tb testing.TB, codec caps.Codec, frame []byte, passphrase string, index uint8) []byte {
	tb.Helper()
	key := cached(tb, "key ", passphrase, func() ([]byte, error) { return lksdk.DeriveKeyFromString(passphrase) })
	if sdkCodec, ok := map[caps.Codec]lksdk.Codec{caps.H264: lksdk.CodecH264, caps.H265: lksdk.CodecH265}[codec]; ok {
		provider := sdk.NewExternalKeyProvider()
		if err := provider.SetRawKey(key, uint32(index)); err != nil {
			tb.Fatal(err)
		}
		encryptor, err := lksdk.NewFrameEncryptor(provider, sdkCodec)
		if err != nil {
			tb.Fatal(err)
		}
		encrypted, err := encryptor.EncryptFrame(frame)
		if err != nil {
			tb.Fatal(err)
		}
		return encrypted
	}
	if codec.Kind() == caps.Audio {
		encrypted, err := lksdk.EncryptGCMAudioSample(slices.Clone(frame), key, index)
		if err != nil {
			tb.Fatal(err)
		}
		return encrypted
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		tb.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		tb.Fatal(err)
	}
	clear := 0
	if codec == caps.VP8 {
		clear = 3
		if frame[0]%2 == 0 {
			clear = 10
		}
	}
	out := gcm.Seal(slices.Clone(frame[:clear]), nodeIV, frame[clear:], frame[:clear])
	return append(append(out, nodeIV...), 12, index)
}
