package video

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

// cryption is the state of decryption of a track.
type cryption struct {
	err      error // the last error passed to Config.OnDecryptError
	failures int   // frames in a row that could not be decrypted
	works    bool  // a frame was decrypted, and no error was reported since
}

// severalFrames is a depacketizer whose units consist of one or more frames, each encrypted separately.
type severalFrames interface {
	// frameEnds returns the index in the unit of each frame's end. Code that shortens a frame has to update them.
	frameEnds() []int
}

// decrypt returns the decrypted unit, or nil if it must not be delivered.
func (r *assembly) decrypt(unit []byte) []byte {
	clear, err := r.decryptFrames(unit)
	c := &r.cryption
	switch {
	case err == nil && clear == nil:
		r.log.Debug("frame dropped by the decryptor", "timestamp", r.unit.timestamp)
		return nil
	case err == nil:
		c.failures, c.works = 0, true
		r.reportDecrypt(nil)
		return clear
	}

	c.failures++
	if c.works && c.failures < decryptTolerance {
		r.counters.undecryptable.Add(1)
		r.drop(err.Error())
		r.lose()
		return nil
	}
	r.refuse(err)
	return nil
}

// isRefused reports whether unencrypted frames must not be delivered, and reports the reason.
func (r *assembly) isRefused() bool {
	if r.config.Refused == nil {
		return false
	}
	err := r.config.Refused()
	if err != nil {
		r.refuse(err)
		return true
	}
	if r.cryption.err != nil {
		r.reportDecrypt(nil)
		r.lose() // delivery continues with a key frame
	}
	return false
}

// refuse drops the unit and those that follow, and reports the reason.
func (r *assembly) refuse(err error) {
	r.counters.undecryptable.Add(1)
	r.drop(err.Error())
	// Another key frame would not help: none is requested until a frame can be decrypted.
	r.cryption.works = false
	r.needKey = true
	r.keys.done()
	r.reportDecrypt(err)
}

// decryptFrames decrypts all frames of a unit.
func (r *assembly) decryptFrames(unit []byte) ([]byte, error) {
	several, ok := r.depacketizer.(severalFrames)
	if !ok {
		return r.config.Decryptor.Decrypt(unit)
	}
	var clear []byte
	start := 0
	ends := several.frameEnds()
	for i, end := range ends {
		frame, err := r.config.Decryptor.Decrypt(unit[start:end:end])
		if err != nil {
			return nil, err
		}
		start = end
		if frame != nil {
			if clear == nil {
				clear = unit[:0]
			}
			clear = append(clear, frame...)
		}
		ends[i] = len(clear)
	}
	return clear, nil
}

func (r *assembly) reportDecrypt(err error) {
	//nolint:errorlint // only checks whether it is the same error value
	if r.cryption.err == err {
		return
	}
	r.cryption.err = err
	if r.config.OnDecryptError != nil {
		r.config.OnDecryptError(err)
	}
}
