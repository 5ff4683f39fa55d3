package e2ee

import (
	"bytes"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

// FuzzDecrypt decrypts arbitrary bytes: the first byte chooses the codec and what was announced. Nothing but what was
// encrypted with the key may come out as decrypted, and nothing outside of the frame may be touched.
func FuzzDecrypt(f *testing.F) {
	keys := newKeys(f, passphrase)
	for i, codec := range encryptable {
		plain := plainFrame(codec, true, 120, 1)
		encrypted := encrypt(f, codec, plain, passphrase, 0)
		for _, announced := range []byte{0, 8} {
			first := []byte{byte(i+1) | announced}
			f.Add(append(first, encrypted...))
			f.Add(append(first, encrypted[:40]...))
			f.Add(append(first, plain...))
			f.Add(append(first, 12, 0))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		encryption := livekit.Encryption_Type(data[0] >> 3 & 3 % 3)
		codec := append([]caps.Codec{caps.AV1}, encryptable...)[data[0]&7]
		d := NewDecryptor(keys, codec, encryption)
		d.InjectedTrailer = []byte("injected")
		const guard = "guard"
		memory := append(bytes.Clone(data[1:]), guard...)
		size := len(data) - 1
		for range 3 {
			copy(memory, data[1:])
			frame, err := d.Decrypt(memory[:size:len(memory)])
			switch {
			case !bytes.HasSuffix(memory, []byte(guard)):
				t.Fatalf("memory behind the frame is %q", memory[size:])
			case err != nil && frame != nil:
				t.Fatalf("a frame of %d bytes and the error %v", len(frame), err)
			case len(frame) > size:
				t.Fatalf("a frame of %d bytes out of %d", len(frame), size)
			case err == nil && len(frame) == size && !bytes.Equal(frame, data[1:]):
				t.Fatal("a frame in clear was changed")
			case err == nil && frame != nil && len(frame) < size && !d.opened:
				t.Fatal("a frame in clear was shortened")
			case encryption != livekit.Encryption_NONE && frame != nil && !d.opened:
				t.Fatal("a frame in clear was passed on of a track announced as encrypted")
			}
		}
	})
}
