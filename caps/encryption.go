package caps

// EncryptionPolicy says which tracks are shown.
type EncryptionPolicy int

const (
	// EncryptionAuto shows encrypted tracks only, as soon as there is a key. A server could otherwise show its own pictures
	// in place of the publisher's, by announcing them as not encrypted.
	EncryptionAuto EncryptionPolicy = iota
	// EncryptionRequired shows encrypted tracks only.
	EncryptionRequired
	// EncryptionOptional shows tracks in clear too, whether there is a key or not.
	EncryptionOptional
)
