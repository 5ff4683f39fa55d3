package audio

import "github.com/gst-livekit/gst-livekit/internal/mediaclock"

// schedule stamps a.out and plays it, now or after the hold that the clock asks for.
func (a *assembly) schedule(s mediaclock.Sample) error {
	hold := a.clock.Observe(s, a.packets.Reported())
	if hold == 0 || a.out.Redundant || a.packets.IsWaiting() { // more frames follow
		return a.stamp(false)
	}
	a.memory = append(a.memory[:0], a.out.Data...) // that of the packet is used again
	a.out.Data = a.memory
	a.held, a.heldUntil = true, a.packets.Now()+hold
	return nil
}

// stampHeld plays the held frame, if there is one. It must be called before the next frame, which uses its memory.
func (a *assembly) stampHeld(paused bool) error {
	if !a.held {
		return nil
	}
	a.held = false
	return a.stamp(paused)
}

// stamp sets the time of a.out and plays it.
func (a *assembly) stamp(paused bool) error {
	s, now := a.clock.Stamp(paused), a.packets.Now()
	a.out.PTS = a.epoch.Add(a.config.Sync.Adjust(a.out.RTPTimestamp, s).PTS)
	if !a.packets.IsMeasured() {
		a.packets.MeasureRoundTrip(now) // its value without trouble
	}
	late := now - s.PTS
	if a.packets.StaysLate(late, now) {
		a.log.Info("sound stays late", "by", late)
		a.clock.Settle()
	}
	if !a.clock.IsLearning(now) { // while it is learning, the smallest delay is unknown
		a.packets.NoteLateness(max(late, 0), now)
	}
	return a.config.Player.Play(&a.out)
}
