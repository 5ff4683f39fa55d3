package receive

import "time"

// schedule stamps r.out and delivers it, now or after the time for which the clock wants it held.
func (r *Receiver) schedule(s sample, now time.Duration) error {
	hold := r.clock.observe(s, r.reported())
	if hold == 0 || r.queue.count > 0 { // behind a gap is what follows
		return r.stamp(false)
	}
	r.held, r.heldUntil = true, now+hold
	return nil
}

// stampHeld delivers the unit that is held, if there is one. Its memory is needed when the next one begins.
func (r *Receiver) stampHeld(paused bool) error {
	if !r.held {
		return nil
	}
	r.held = false
	return r.stamp(paused)
}

// stamp gives r.out its times and delivers it.
func (r *Receiver) stamp(paused bool) error {
	s, now := r.clock.stamp(paused), r.now()
	r.out.PTS, r.out.DTS = r.epoch.Add(s.pts), r.epoch.Add(s.dts)
	if r.out.KeyFrame && r.timer.came(s.pts) {
		r.keys.request()
	}
	if !r.tripped {
		r.askRoundTrip(now) // what it is when all is well
	}
	if r.adaptive() && r.adapted.lasts(now-s.pts, now) {
		r.log.Info("frames stay late", "by", now-s.pts)
		r.clock.settle()
	}
	r.noteLateness(s.pts, now)
	return r.deliver(&r.out)
}
