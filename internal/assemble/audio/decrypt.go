package audio

import "github.com/gst-livekit/gst-livekit/internal/rtp"

// decrypt returns the decrypted frame, or nil if it must not be played.
func (a *assembly) decrypt(frame []byte) []byte {
	clear, err := a.config.Decryptor.Decrypt(frame)
	if err != nil {
		a.undecryptable(err)
		return nil
	}
	a.decrypted(clear)
	return clear
}

// openBlocks reads the blocks of a packet in the form of RFC 2198. It reports whether there is something to play, and
// whether the blocks that it repeats are still encrypted.
//
// A publisher encrypts what its encoder makes. If that has the form of RFC 2198 already, as with LiveKit's SDK for
// Android, the whole payload is encrypted, except the first byte. If it has not, LiveKit's server puts encrypted frames
// into blocks. The payload does not tell which: both can begin with the header of a packet without redundancy. So both
// are tried, first the one that was right for the last packet.
func (a *assembly) openBlocks(p *rtp.Packet) (sealed, ok bool) {
	if a.whole {
		payload := a.openAhead(p)
		a.ahead.valid = false
		if payload != nil {
			a.decrypted(payload)
			return false, a.splitOpened(payload, p.Timestamp)
		}
	}
	a.copied = append(a.copied[:0], p.Payload...) // what cannot be decrypted is overwritten
	var clear []byte
	var err error
	split := a.blocks.split(p.Payload, p.Timestamp)
	if split {
		own := a.blocks.own()
		size := len(own.data)
		clear, err = a.config.Decryptor.Decrypt(own.data)
		own.data = clear
		if err == nil && clear != nil && len(clear) < size {
			a.whole = false
			a.decrypted(clear)
			return true, true
		}
	}
	payload, wholeErr := a.config.Decryptor.Decrypt(a.copied)
	switch {
	case wholeErr == nil && payload != nil && len(payload) < len(p.Payload):
		a.whole = true
		a.decrypted(payload)
		return false, a.splitOpened(payload, p.Timestamp)
	case wholeErr != nil:
		// Both ways, what tells that something is encrypted is at the end of the payload. But what looks like blocks may be
		// none, so this is the better error.
		a.undecryptable(wholeErr)
		return false, false
	case err != nil:
		a.undecryptable(err)
		return false, false
	case !split && payload != nil:
		a.invalid("not as in RFC 2198")
		return false, false
	}
	a.decrypted(clear)
	return true, clear != nil
}

// splitOpened reads the blocks of a payload that was encrypted as a whole.
func (a *assembly) splitOpened(payload []byte, timestamp uint32) bool {
	if !a.blocks.split(payload, timestamp) {
		a.invalid("not as in RFC 2198")
		return false
	}
	return true
}

// openAhead returns the payload of a packet that is encrypted as a whole, or nil if it is not. The packet may be behind
// a gap, and is not changed. The result is kept for when the packet is taken.
func (a *assembly) openAhead(p *rtp.Packet) []byte {
	o := &a.ahead
	if o.valid && o.sequence == p.Sequence && o.timestamp == p.Timestamp {
		return o.payload
	}
	o.memory = append(o.memory[:0], p.Payload...)
	o.valid, o.sequence, o.timestamp = true, p.Sequence, p.Timestamp
	payload, err := a.config.Decryptor.Decrypt(o.memory)
	if err != nil || len(payload) == len(p.Payload) {
		payload = nil
	}
	o.payload = payload
	return payload
}

// openRepeated decrypts a block that a packet repeats. It returns nil if it must not be played.
func (a *assembly) openRepeated(data []byte) []byte {
	clear, err := a.config.Decryptor.Decrypt(data)
	if err != nil {
		return nil
	}
	return clear
}

// decrypted notes that a frame was decrypted, or dropped by the decryptor.
func (a *assembly) decrypted(clear []byte) {
	if clear == nil {
		a.log.Debug("frame dropped by the decryptor")
		return
	}
	a.decryption.Succeeded(a.config.OnDecryptError)
}

// undecryptable drops a packet that could not be decrypted.
func (a *assembly) undecryptable(err error) {
	if a.decryption.Failed() {
		a.counters.undecryptable.Add(1)
		a.drop(err.Error())
		return
	}
	a.refuse(err)
}

// isRefused reports whether unencrypted frames must not be played, and reports the reason.
func (a *assembly) isRefused() bool {
	if a.config.Refused == nil {
		return false
	}
	if err := a.config.Refused(); err != nil {
		a.refuse(err)
		return true
	}
	if a.decryption.Refused() {
		a.decryption.Allow(a.config.OnDecryptError)
	}
	return false
}

// refuse drops a packet, and reports the reason. What is not played until the reason is gone counts as silence, not as
// lost.
func (a *assembly) refuse(err error) {
	a.counters.undecryptable.Add(1)
	a.missing = false
	a.decryption.Refuse(err, a.config.OnDecryptError)
}
