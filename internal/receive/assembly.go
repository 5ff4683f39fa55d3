package receive

import (
	"errors"
	"io"
	"time"
)

// consume takes the next packet in sequence.
func (r *Receiver) consume(p *packet, now time.Duration) error {
	r.begun = true
	if len(p.payload) == 0 {
		return nil
	}
	if err := r.stampHeld(false); err != nil { // something follows it
		return err
	}
	if r.payloadType != int(p.payloadType) {
		if accept := r.config.AcceptPayloadType; accept != nil && !accept(p.payloadType) {
			return &CodecChangedError{p.payloadType}
		}
		r.payloadType = int(p.payloadType)
	}

	u := &r.unit
	if u.open && u.timestamp != p.timestamp {
		// The marker bit is a hint (RFC 3550 section 5.1): the next timestamp ends a unit too.
		if err := r.finish(now); err != nil {
			return err
		}
		if err := r.stampHeld(p.arrival >= r.heldUntil); err != nil {
			return err
		}
	}
	r.capture.observe(p)
	if p.extensions.rotation.Known {
		r.rotation = p.extensions.rotation
	}
	g := r.depacketizer.look(p.payload)
	if u.open && (g.blank || g.restarts) {
		r.drop("cut off")
		r.needKey = true
		u.open = false
	}
	if g.blank {
		r.counters.blankFrames.Add(1)
		r.log.Debug("blank frame left out")
		return nil
	}
	if !u.open {
		u.begin(p.timestamp, p.arrival)
		u.broken = r.afterGap && !g.begins
		if keeper, ok := r.depacketizer.(parameterKeeper); ok && r.config.Decryptor == nil {
			keeper.keep() // of a unit that was lost in part
		}
		r.depacketizer.reset()
	}
	r.afterGap = false // a unit that is still open was broken by it
	if g.key && !u.key && !u.broken {
		u.key = true
		r.keys.arriving(now, r.nacks.trip())
		r.counters.keyFramesBegun.Add(1)
	} else if u.key {
		r.keys.goesOn(now)
	}
	u.begun = min(u.begun, p.arrival)
	u.arrival = max(u.arrival, p.arrival)
	if !u.broken {
		var err error
		u.data, err = r.depacketizer.add(u.data, p.payload)
		if err == nil && len(u.data) > maxUnitSize {
			err = errTooLarge
		}
		if err != nil {
			r.log.Debug("packet does not fit", "sequence", p.sequence, "err", err)
			r.lose()
		}
	}
	if p.marker {
		return r.finish(now)
	}
	return nil
}

// finish ends the open unit and delivers it, if it can be.
func (r *Receiver) finish(now time.Duration) error {
	u := &r.unit
	u.open = false
	if u.broken {
		r.drop("incomplete")
		return nil
	}
	data, items := u.data, []byte(nil)
	if _, inside := r.depacketizer.(trailerInside); !inside {
		data, items = cutTrailer(data)
	}
	metadata := r.trailer.read(items)
	if r.isRefused() {
		return nil
	}
	if r.config.Decryptor != nil {
		if data = r.decrypt(data); data == nil {
			return nil
		}
	}
	f, err := r.depacketizer.finish(data)
	switch {
	case errors.Is(err, errNoPicture):
		return nil
	case err != nil:
		r.drop(err.Error())
		r.lose()
		return nil
	}
	u.data = f.data // it may have moved
	if accept := r.config.AcceptSize; accept != nil && f.pixels > 0 && !accept(f.pixels) {
		r.leaveOut(f.pixels)
		return nil
	}
	if metadata == nil {
		metadata = r.trailer.read(f.trailer)
	}
	if f.bare {
		r.counters.bareKeyFrames.Add(1)
	}
	if r.needKey && !f.key {
		r.drop("no key frame")
		if !r.keys.awaiting {
			r.keys.await()
		}
		return nil
	}
	if f.severed {
		r.drop("frames that it needs were left out")
		r.lose()
		return nil
	}
	if f.orphan || f.leading && r.skipLeading {
		r.counters.dropped.Add(1)
		return nil
	}
	if f.key {
		r.skipLeading = r.needKey
		r.needKey = false
		r.keys.done()
		r.counters.keyFrames.Add(1)
	}
	r.counters.accessUnits.Add(1)
	rotation := r.rotation
	if !rotation.Known {
		rotation = f.rotation
	}
	r.out = AccessUnit{
		Data:         f.data,
		RTPTimestamp: u.timestamp,
		ReceivedAt:   r.epoch.Add(u.arrival),
		KeyFrame:     f.key,
		Discont:      r.discont,
		Width:        f.width,
		Height:       f.height,
		Colorimetry:  f.colorimetry,
		CaptureTime:  r.capture.at(u.timestamp, u.arrival, r.report.Load()),
		Rotation:     rotation,
		Metadata:     metadata,
	}
	r.discont, r.delivered = false, true
	return r.schedule(sample{
		timestamp: u.timestamp,
		key:       f.key,
		reorder:   f.reorder,
		discont:   r.out.Discont,
		begun:     u.begun,
		arrival:   u.arrival,
	}, now)
}

// leaveOut leaves a unit out whose picture is too large.
func (r *Receiver) leaveOut(pixels int) {
	if r.counters.oversized.Add(1) == 1 {
		r.log.Warn("picture too large, left out", "pixels", pixels)
	}
	if f, ok := r.depacketizer.(forgetter); ok {
		f.forget()
	}
	r.drop("too large")
	r.lose()
}

// drop counts a unit that is not delivered.
func (r *Receiver) drop(why string) {
	r.counters.dropped.Add(1)
	r.discont = r.delivered
	if r.needKey {
		r.keys.missed()
	}
	r.log.Debug("access unit dropped", "timestamp", r.unit.timestamp, "why", why)
}

// lose says that something is missing, of the open unit too if there is one: decoding can go on at the next key frame.
func (r *Receiver) lose() {
	r.unit.broken = r.unit.open
	r.needKey = true
	r.discont = r.delivered
	if r.keyAhead() {
		r.keys.expect()
	} else {
		r.keys.await()
	}
	if f, ok := r.depacketizer.(gapFinder); ok {
		f.lost()
	}
}

// end delivers what is complete at the end of the track.
func (r *Receiver) end() error {
	if err := r.stampHeld(true); err != nil {
		return err
	}
	now := r.now()
	for r.queue.count > 0 {
		if err := r.skip(now); err != nil {
			return err
		}
	}
	if err := r.stampHeld(true); err != nil {
		return err
	}
	return io.EOF
}
