package video

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
)

// schedule stamps r.out and delivers it, now or after the hold that the clock asks for.
func (r *assembly) schedule(s mediaclock.Sample, now time.Duration) error {
	hold := r.clock.Observe(s, r.packets.Reported())
	if hold == 0 || r.packets.IsWaiting() { // the next packets are waiting behind a gap
		return r.stamp(false)
	}
	r.held, r.heldUntil = true, now+hold
	return nil
}

// stampHeld delivers the held unit, if there is one. It must be called before the next unit begins, which uses its
// memory.
func (r *assembly) stampHeld(paused bool) error {
	if !r.held {
		return nil
	}
	r.held = false
	return r.stamp(paused)
}

// stamp sets the times of r.out and delivers it.
func (r *assembly) stamp(paused bool) error {
	s, now := r.clock.Stamp(paused), r.packets.Now()
	synced := r.config.Sync.Adjust(r.out.RTPTimestamp, s)
	r.out.PTS, r.out.DTS, r.out.SyncDelay = r.epoch.Add(synced.PTS), r.epoch.Add(synced.DTS), synced.PTS-s.PTS
	if r.out.KeyFrame && r.timer.came(synced.PTS) {
		r.keys.request()
	}
	if !r.packets.IsMeasured() {
		r.packets.MeasureRoundTrip(now) // its value without trouble
	}
	late := now - s.PTS
	r.timer.follow(max(late, 0))
	if r.packets.StaysLate(late, now) {
		r.log.Info("frames stay late", "by", late)
		r.clock.Settle()
	}
	if !r.clock.IsLearning(now) { // while it is learning, the smallest delay is unknown
		late = max(late, 0)
		if r.config.Behind != nil {
			late += r.config.Behind()
		}
		r.packets.NoteLateness(late, now)
	}
	return r.deliver(&r.out)
}
