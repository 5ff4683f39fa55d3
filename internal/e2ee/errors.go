package e2ee

import "errors"

// The reasons why a frame cannot be decrypted. Decryptor.Decrypt returns them unwrapped.
var (
	// ErrNoKey says that there is no key for the key index of the frame.
	ErrNoKey = errors.New("the track is end-to-end encrypted and no key is set: " +
		"set the passphrase that the participants of the room share")
	// ErrWrongKey says that the frame does not authenticate: it was encrypted with another key, or it is damaged.
	ErrWrongKey = errors.New("the track is end-to-end encrypted with another key than the one that is set: " +
		"set the passphrase that its publisher uses")
	// ErrNotEncrypted says that a frame does not have the form of an encrypted one although the track was announced as
	// encrypted. It is not shown, because its sender did not know the key.
	ErrNotEncrypted = errors.New("the track is announced as end-to-end encrypted and its frames are not: " +
		"its publisher must publish the track anew when it switches encryption on or off")
	// ErrClear says that a track is not encrypted although encryption is required.
	ErrClear = errors.New("the track is not end-to-end encrypted, and is left out because a key is set or encryption is required: " +
		"its publisher must encrypt it, or the encryption policy (e2ee-policy) must be optional")
	// ErrUnsupported says that LiveKit does not encrypt the codec, or that the announced encryption is not LiveKit's.
	ErrUnsupported = errors.New("the track is end-to-end encrypted in a way that is not supported: " +
		"its publisher must use LiveKit's own encryption and any codec but AV1")
)
