package video

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
)

// schedule stamps r.out and delivers it, now or after the time for which the clock wants it held.
func (r *assembly) schedule(s mediaclock.Sample, now time.Duration) error {
	hold := r.clock.Observe(s, r.packets.Reported())
	if hold == 0 || r.packets.IsWaiting() { // behind a gap is what follows
		return r.stamp(false)
	}
	r.held, r.heldUntil = true, now+hold
	return nil
}

// stampHeld delivers the unit that is held, if there is one. Its memory is needed when the next one begins.
func (r *assembly) stampHeld(paused bool) error {
	if !r.held {
		return nil
	}
	r.held = false
	return r.stamp(paused)
}

// stamp gives r.out its times and delivers it.
func (r *assembly) stamp(paused bool) error {
	s, now := r.clock.Stamp(paused), r.packets.Now()
	r.out.PTS, r.out.DTS = r.epoch.Add(s.PTS), r.epoch.Add(s.DTS)
	if r.out.KeyFrame && r.timer.came(s.PTS) {
		r.keys.request()
	}
	if !r.packets.IsMeasured() {
		r.packets.MeasureRoundTrip(now) // what it is when all is well
	}
	late := now - s.PTS
	r.timer.follow(max(late, 0))
	if r.packets.StaysLate(late, now) {
		r.log.Info("frames stay late", "by", late)
		r.clock.Settle()
	}
	if !r.clock.IsLearning(now) { // while it is, nobody knows what the least delay is
		late = max(late, 0)
		if r.config.Behind != nil {
			late += r.config.Behind()
		}
		r.packets.NoteLateness(late, now)
	}
	return r.deliver(&r.out)
}
