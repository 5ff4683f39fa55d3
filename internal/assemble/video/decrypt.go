package video

// severalFrames is a depacketizer whose units consist of one or more frames, each encrypted separately.
type severalFrames interface {
	// frameEnds returns the index in the unit of each frame's end. Code that shortens a frame has to update them.
	frameEnds() []int
}

// decrypt returns the decrypted unit, or nil if it must not be delivered.
func (r *assembly) decrypt(unit []byte) []byte {
	clear, err := r.decryptFrames(unit)
	switch {
	case err == nil && clear == nil:
		r.log.Debug("frame dropped by the decryptor", "timestamp", r.unit.timestamp)
		return nil
	case err == nil:
		r.decryption.Succeeded(r.config.OnDecryptError)
		return clear
	}

	if r.decryption.Failed() {
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
	if r.decryption.Refused() {
		r.decryption.Allow(r.config.OnDecryptError)
		r.lose() // delivery continues with a key frame
	}
	return false
}

// refuse drops the unit and those that follow, and reports the reason.
func (r *assembly) refuse(err error) {
	r.counters.undecryptable.Add(1)
	r.drop(err.Error())
	// Another key frame would not help: none is requested until a frame can be decrypted.
	r.needKey = true
	r.keys.done()
	r.decryption.Refuse(err, r.config.OnDecryptError)
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
