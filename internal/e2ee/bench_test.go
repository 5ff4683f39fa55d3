package e2ee

import (
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"
	sdk "github.com/livekit/server-sdk-go/v2/e2ee"

	"github.com/gst-livekit/gst-livekit/caps"
)

// BenchmarkDecrypt takes frames of 10 kB, as of 720p at 2.5 Mbit/s.
func BenchmarkDecrypt(b *testing.B) {
	keys := newKeys(b, passphrase)
	for _, codec := range encryptable {
		b.Run(codec.String(), func(b *testing.B) {
			encrypted := encrypt(b, codec, plainFrame(codec, false, 10_000, 1), passphrase, 0)
			d := NewDecryptor(keys, codec, gcm)
			memory := make([]byte, len(encrypted))
			b.ReportAllocs()
			b.SetBytes(10_000)
			for b.Loop() {
				copy(memory, encrypted)
				if _, err := d.Decrypt(memory); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSDK is what LiveKit's own decryptor costs for the same frames.
func BenchmarkSDK(b *testing.B) {
	keys := sdk.NewExternalKeyProvider()
	if err := keys.SetKeyFromPassphrase(passphrase, 0); err != nil {
		b.Fatal(err)
	}
	for codec, sdkCodec := range map[caps.Codec]lksdk.Codec{caps.H264: lksdk.CodecH264, caps.H265: lksdk.CodecH265} {
		b.Run(codec.String(), func(b *testing.B) {
			encrypted := encrypt(b, codec, plainFrame(codec, false, 10_000, 1), passphrase, 0)
			d, err := lksdk.NewFrameDecryptor(keys, sdkCodec, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.SetBytes(10_000)
			for b.Loop() {
				if _, err := d.DecryptFrame(encrypted); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSetKey is what a change of the passphrase costs.
func BenchmarkSetKey(b *testing.B) {
	keys := new(Keys)
	for b.Loop() {
		if err := keys.Set(passphrase); err != nil {
			b.Fatal(err)
		}
	}
}
