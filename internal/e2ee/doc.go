// Package e2ee takes LiveKit's end-to-end encryption off video frames. It knows nothing of rooms and packets: it gets
// whole frames, and the passphrase that the participants of a room share.
//
//	keys := new(e2ee.Keys)
//	if err := keys.Set("the room's passphrase"); err != nil {
//		return err
//	}
//	d := e2ee.NewDecryptor(keys, caps.VP8, livekit.Encryption_GCM)
//	frame, err := d.Decrypt(encrypted)
//
// # The form of a frame
//
// An encrypted frame begins with some bytes in clear, which a server has to read, and goes on with the rest of it
// encrypted:
//
//	clear bytes  AES-128-GCM of the rest, with its tag of 16 bytes  IV  length of the IV (12)  key index
//
// The clear bytes are the additional data of GCM: a frame decrypts only if they arrive as they were sent. How many there
// are depends on the codec. Each number here was tried on frames of the Node SDK (@livekit/rtc-node 1.1.0, which is
// libwebrtc) or of the Go SDK:
//
//	VP8    10 of a key frame, 3 of any other: the frame tag and, in a key frame, start code and size (RFC 6386 section 9.1)
//	VP9    none; with spatial layers the frame of each layer is encrypted by itself
//	H.264  up to the second byte of the first slice (NAL unit type 1 or 5), with all that is in front of it
//	H.265  up to the header of the first slice segment (NAL unit types 0 to 9 and 16 to 21), with all that is in front
//	AV1    cannot be encrypted: JavaScript and Go SDK refuse; the Node SDK does not, but not one packet with media arrives
//	       (libwebrtc leaves no byte in clear, so its packetizer probably finds no OBU)
//
// In H.264 and H.265 what is encrypted, up to the key index, is escaped afterwards with emulation prevention bytes as if
// it were the payload of the slice, and the start codes of the clear bytes count as 4 bytes long each: RTP does not carry
// them. Several slices become one encrypted NAL unit. A publisher that encrypts access unit delimiters, or start codes of
// 3 bytes, cannot be understood by anyone, because its packetizer drops the former and the latter get lost.
//
// The packet trailer (LKTS) is outside: it is cut off before a frame comes here. Frames that the server makes up are not
// encrypted and end in the server's own trailer (Decryptor.InjectedTrailer).
//
// # Keys
//
// A key is derived from the passphrase by LiveKit's Go SDK: PBKDF2 with SHA-256, the salt "LKFrameEncryptionKey" and
// 100,000 iterations. All SDKs do so for a passphrase. Keys made from raw bytes with HKDF, as an application may set
// them, are not supported, and neither is ratcheting, for which the Go SDK has no code.
//
// The frames themselves are decrypted here and not by the SDK, which knows no VP8 and no VP9, takes fifteen times as long
// for H.264, and makes new memory of twice the size of each frame. This makes none (BenchmarkDecrypt, BenchmarkSDK).
package e2ee
