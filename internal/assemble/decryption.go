package assemble

// Decryptor decrypts the frames of one track, such as an *e2ee.Decryptor.
type Decryptor interface {
	// Decrypt returns the decrypted frame, in the memory of frame, which it may overwrite. H.264 and H.265 frames are
	// byte streams with start codes of 4 bytes, and contain nothing that was not received. If it returns neither a frame
	// nor an error, the frame is dropped. Errors are compared with ==.
	Decrypt(frame []byte) ([]byte, error)
}

// decryptTolerance is how many frames in a row may fail after one that was decrypted, before the key counts as wrong.
// Fewer frames count as damaged.
const decryptTolerance = 10

// Decryption is how the decryption of one track goes. The zero value is that of a track without a frame yet.
type Decryption struct {
	err      error // the last error reported
	failures int   // frames in a row that could not be decrypted
	works    bool  // a frame was decrypted, and no error was reported since
}

// Succeeded is called for each frame that was decrypted. report is called with nil after an error. It may be nil.
func (d *Decryption) Succeeded(report func(error)) {
	d.failures, d.works = 0, true
	d.say(nil, report)
}

// Failed is called for each frame that could not be decrypted. It reports whether only this frame counts as damaged.
// Otherwise Refuse has to be called.
func (d *Decryption) Failed() (damaged bool) {
	d.failures++
	return d.works && d.failures < decryptTolerance
}

// Refuse says that no frame can be decrypted, or be delivered without encryption. report is called with an error that
// is new.
func (d *Decryption) Refuse(err error, report func(error)) {
	d.works = false
	d.say(err, report)
}

// Refused reports whether frames are refused at present.
func (d *Decryption) Refused() bool { return d.err != nil }

// Allow ends what Refuse began.
func (d *Decryption) Allow(report func(error)) { d.say(nil, report) }

func (d *Decryption) say(err error, report func(error)) {
	//nolint:errorlint // only checks whether it is the same error value
	if d.err == err {
		return
	}
	d.err = err
	if report != nil {
		report(err)
	}
}
