package video

import (
	"errors"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Take implements rtp.Assembler.
func (r *assembly) Take(p *rtp.Packet, now time.Duration) error {
	if err := r.stampHeld(false); err != nil { // more packets follow
		return err
	}
	u := &r.unit
	if u.open && u.timestamp != p.Timestamp {
		// The marker bit is only a hint (RFC 3550 section 5.1): the next timestamp ends a unit, too.
		if err := r.finish(now); err != nil {
			return err
		}
		if err := r.stampHeld(p.Arrival >= r.heldUntil); err != nil {
			return err
		}
	}
	captured := r.capture.Observe(p.Timestamp, mediaclock.CaptureTime{
		NTP: p.Extensions.CaptureNTP, Offset: p.Extensions.CaptureOffset, Source: p.Extensions.Source,
	}, p.Arrival)
	r.config.Sync.Captured(captured, p.Timestamp, p.Arrival)
	if p.Extensions.HasVideoOrientation {
		r.rotation = rotationOfCVO(p.Extensions.VideoOrientation)
	}
	g := r.depacketizer.look(p.Payload)
	if u.open && (g.blank || g.restarts) {
		r.drop("cut off")
		r.needKey = true
		u.open = false
	}
	if g.blank {
		r.counters.blankFrames.Add(1)
		r.log.Debug("blank frame dropped")
		return nil
	}
	if !u.open {
		u.begin(p.Timestamp, p.Arrival)
		u.broken = r.afterGap && !g.begins
		if keeper, ok := r.depacketizer.(parameterKeeper); ok && r.config.Decryptor == nil {
			keeper.keep() // of a unit that was partly lost
		}
		r.depacketizer.reset()
	}
	r.afterGap = false // an open unit was broken by the gap
	if g.key && !u.key && !u.broken {
		u.key = true
		r.keys.arriving(now, r.packets.RoundTrip())
		r.counters.keyFramesBegun.Add(1)
	} else if u.key {
		r.keys.continued(now)
	}
	u.begun = min(u.begun, p.Arrival)
	u.arrival = max(u.arrival, p.Arrival)
	if !u.broken {
		var err error
		u.data, err = r.depacketizer.add(u.data, p.Payload)
		if err == nil && len(u.data) > maxUnitSize {
			err = errTooLarge
		}
		if err != nil {
			r.log.Debug("packet rejected", "sequence", p.Sequence, "err", err)
			r.lose()
		}
	}
	if p.Marker {
		return r.finish(now)
	}
	return nil
}

// finish ends the open unit and delivers it if possible.
func (r *assembly) finish(now time.Duration) error {
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
	u.data = f.data // the slice may have been reallocated
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
		r.drop("frames that it refers to were dropped")
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
		CaptureTime:  r.capture.At(u.timestamp, u.arrival, r.report.Load()),
		Rotation:     rotation,
		Metadata:     metadata,
	}
	r.discont, r.delivered = false, true
	return r.schedule(mediaclock.Sample{
		Timestamp: u.timestamp,
		Key:       f.key,
		Reorder:   f.reorder,
		Discont:   r.out.Discont,
		Begun:     u.begun,
		Arrival:   u.arrival,
	}, now)
}

// leaveOut drops a unit whose picture is too large.
func (r *assembly) leaveOut(pixels int) {
	if r.counters.oversized.Add(1) == 1 {
		r.log.Warn("picture too large, dropped", "pixels", pixels)
	}
	if f, ok := r.depacketizer.(forgetter); ok {
		f.forget()
	}
	r.drop("too large")
	r.lose()
}

// drop counts a unit that is not delivered.
func (r *assembly) drop(why string) {
	r.counters.dropped.Add(1)
	r.discont = r.delivered
	if r.needKey {
		r.keys.missed()
	}
	r.log.Debug("access unit dropped", "timestamp", r.unit.timestamp, "why", why)
}

// lose marks the open unit, if there is one, as broken, and drops all units before the next key frame.
func (r *assembly) lose() {
	r.unit.broken = r.unit.open
	r.needKey = true
	r.discont = r.delivered
	if r.packets.EntryAhead() {
		r.keys.expect()
	} else {
		r.keys.await()
	}
	if f, ok := r.depacketizer.(gapFinder); ok {
		f.lost()
	}
}
