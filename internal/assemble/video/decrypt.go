package video

// Decryptor takes the end-to-end encryption off the frames of one track. *e2ee.Decryptor is one.
type Decryptor interface {
	// Decrypt returns a frame as its encoder made it, in the memory of frame, of which it may overwrite all. H.264 and
	// H.265 frames are byte streams with start codes of 4 bytes, without anything that was not received. Nil without an
	// error leaves the frame out. Errors are compared with each other.
	Decrypt(frame []byte) ([]byte, error)
}

// decryptTolerance is how many frames in a row may fail to decrypt after one that did not before the key is to blame.
// Fewer are taken for damaged.
const decryptTolerance = 10

// cryption is what became of the frames of an encrypted track.
type cryption struct {
	err      error // that Config.OnDecryptError was told last
	failures int   // in a row
	works    bool  // a frame was decrypted, and no error is reported
}

// severalFrames is a depacketizer whose units are one frame or more, each encrypted by itself.
type severalFrames interface {
	// frameEnds returns the index in the unit behind each of its frames, which whoever makes them shorter has to change.
	frameEnds() []int
}

// decrypt returns the unit that has ended in clear, or nil if it is not to be delivered.
func (r *assembly) decrypt(unit []byte) []byte {
	clear, err := r.decryptFrames(unit)
	c := &r.cryption
	switch {
	case err == nil && clear == nil:
		r.log.Debug("frame left out by the decryptor", "timestamp", r.unit.timestamp)
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

// isRefused reports whether frames in clear are not to be delivered, and says so.
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
		r.lose() // frames go on with a key frame
	}
	return false
}

// refuse does not deliver the unit, nor what follows, and says why.
func (r *assembly) refuse(err error) {
	r.counters.undecryptable.Add(1)
	r.drop(err.Error())
	// Another key frame would be of no more use: none is asked for until a frame can be decrypted.
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
	//nolint:errorlint // the question is whether it is the same error, not what it means
	if r.cryption.err == err {
		return
	}
	r.cryption.err = err
	if r.config.OnDecryptError != nil {
		r.config.OnDecryptError(err)
	}
}
