package caps

// EncryptionPolicy says which tracks are shown.
type EncryptionPolicy int

const (
	// EncryptionAuto shows only encrypted tracks while a key is set, and all tracks while none is. Otherwise a server
	// could replace the publisher's pictures with its own by announcing them as not encrypted.
	EncryptionAuto EncryptionPolicy = iota
	// EncryptionRequired shows only encrypted tracks.
	EncryptionRequired
	// EncryptionOptional also shows tracks that are not encrypted, whether a key is set or not.
	EncryptionOptional
)
