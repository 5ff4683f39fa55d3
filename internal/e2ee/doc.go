// Package e2ee decrypts the frames of video and sound with LiveKit's end-to-end encryption. It knows no rooms and no packets: it gets
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
// An encrypted frame begins with some unencrypted bytes, which a server has to read, followed by the encrypted rest:
//
//	clear bytes  AES-128-GCM of the rest, with its tag of 16 bytes  IV  length of the IV (12)  key index
//
// The unencrypted bytes are the additional data of GCM: a frame can only be decrypted if they arrive unchanged. Their
// number depends on the codec. Each number was checked with frames of the Node SDK (@livekit/rtc-node 1.1.0, which uses
// libwebrtc) or of the Go SDK:
//
//	VP8    10 of a key frame, 3 of any other: the frame tag and, in a key frame, start code and size (RFC 6386 section 9.1)
//	VP9    none; with spatial layers the frame of each layer is encrypted by itself
//	H.264  up to the second byte of the first slice (NAL unit type 1 or 5), with all that is in front of it
//	H.265  up to the header of the first slice segment (NAL unit types 0 to 9 and 16 to 21), with all that is in front
//	Opus   the first byte, which is the TOC
//	PCMU, PCMA  the first byte: the SDKs have one rule for all sound
//	AV1    cannot be encrypted: JavaScript and Go SDK refuse; the Node SDK does not, but not one packet with media arrives
//	       (libwebrtc leaves no byte in clear, so its packetizer probably finds no OBU)
//
// In H.264 and H.265 the encrypted part, up to the key index, is then escaped with emulation prevention bytes like the
// payload of a slice. The start codes of the unencrypted bytes count as 4 bytes each, since RTP does not transport
// them. Several slices become one encrypted NAL unit. Nobody can decrypt frames whose publisher encrypts access unit
// delimiters or start codes of 3 bytes, because its packetizer drops the former and RTP the latter.
//
// Redundant sound (RFC 2198) is encrypted either as a whole, its own first byte being in clear, or block by block: see
// internal/assemble/audio.
//
// The packet trailer (LKTS) is not encrypted: it is removed before a frame is passed to this package. Frames that the
// server injects are not encrypted and end with the server's own trailer (Decryptor.InjectedTrailer).
//
// # Keys
//
// A key is derived from the passphrase by LiveKit's Go SDK: PBKDF2 with SHA-256, the salt "LKFrameEncryptionKey" and
// 100,000 iterations. All SDKs do the same. Keys that an application makes from raw bytes with HKDF are not supported,
// and neither is ratcheting, which the Go SDK does not implement.
//
// The frames are decrypted here and not by the SDK, which does not support VP8 and VP9, takes fifteen times as long for
// H.264, and allocates twice the size of each frame. This package allocates nothing (BenchmarkDecrypt, BenchmarkSDK).
package e2ee
