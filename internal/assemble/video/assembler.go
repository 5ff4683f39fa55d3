package video

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/picture"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// switchTime is how long a server takes to switch to another layer, in addition to two round trips.
const switchTime = 500 * time.Millisecond

var _ rtp.Assembler = (*assembly)(nil)

// Reset implements rtp.Assembler.
func (r *assembly) Reset(now time.Duration) {
	r.held = false
	r.restart()
	r.discont, r.delivered = false, false
	r.clock.Reset(r.config.ClockRate)
	r.keys = keyFrames{repeat: r.keys.repeat}
	r.keys.begin(now)
	r.timer.waits = false
	r.timer.look()
	r.decryption = assemble.Decryption{}
}

// restart clears the state of the stream, but remembers that units were delivered.
func (r *assembly) restart() {
	r.depacketizer = depacketizers[r.config.Codec]()
	r.unit.open = false
	r.afterGap = false
	r.needKey = true
	r.clock.Restart()
	r.capture = mediaclock.NewCapture(r.config.ClockRate)
	r.rotation = picture.Rotation{}
	r.skipLeading = false
}

// Begin implements rtp.Assembler: decoding can begin with a key frame.
func (r *assembly) Begin(p *rtp.Packet) bool {
	if r.depacketizer.look(p.Payload).entry {
		return true
	}
	r.keys.missed()
	return false
}

// Flush implements rtp.Assembler.
func (r *assembly) Flush(over bool) error { return r.stampHeld(over) }

// Restart implements rtp.Assembler.
func (r *assembly) Restart() {
	if r.unit.open {
		r.drop("cut off")
	}
	r.lose()
	r.restart()
	r.report.Store(nil)
}

// Missed implements rtp.Assembler.
func (r *assembly) Missed() (unheard bool) {
	if r.keys.deaf {
		r.keys.await()
	}
	return r.keys.deaf
}

// Ahead implements rtp.Assembler.
func (r *assembly) Ahead(p *rtp.Packet, same bool, now time.Duration) (entry, heard bool) {
	g := r.depacketizer.look(p.Payload)
	if g.key && !g.blank {
		r.keys.arriving(now, r.packets.RoundTrip())
		return g.entry, !r.keys.deaf
	}
	if same {
		r.keys.continued(now)
	}
	return false, false
}

// Needs implements rtp.Assembler.
func (r *assembly) Needs(next *rtp.Packet) rtp.Need {
	if r.needKey {
		if r.unit.open && r.unit.key && !r.unit.broken {
			return rtp.NeedAll // it may become a key frame
		}
		return rtp.NeedEntry
	}
	if c, ok := r.depacketizer.(continuer); ok && !r.unit.open && c.continues(next.Payload) {
		return rtp.NeedNone
	}
	return rtp.NeedAll
}

// IsEntry implements rtp.Assembler.
func (r *assembly) IsEntry(next *rtp.Packet) bool { return r.depacketizer.look(next.Payload).entry }

// GaveUp implements rtp.Assembler.
func (r *assembly) GaveUp(lost bool) {
	r.afterGap = true
	if lost {
		r.lose()
	}
}

// Shown implements rtp.Assembler.
func (r *assembly) Shown() (at time.Duration, ok bool) {
	return r.clock.Last(), r.delivered && !r.needKey
}

// Measured implements rtp.Assembler.
func (r *assembly) Measured(trip time.Duration) {
	r.keys.repeat = max(keyFrameLeastRepeat, 2*trip+rtp.ServerDeaf)
}

// HeavyLoss implements rtp.Assembler.
func (r *assembly) HeavyLoss(now time.Duration) {
	if r.config.OnHeavyLoss == nil {
		return
	}
	r.log.Info("heavy packet loss")
	if r.config.OnHeavyLoss() {
		r.keys.leaveToServer(now + switchTime + 2*r.packets.RoundTrip())
	}
}

// Woken implements rtp.Assembler.
func (r *assembly) Woken() {
	if r.keyAsked.Swap(false) {
		r.keys.request()
	}
	r.timer.look()
}

// Deadline implements rtp.Assembler.
func (r *assembly) Deadline() (at time.Duration, ok bool) {
	at, ok = r.keys.next()
	if r.held && (!ok || r.heldUntil < at) {
		at, ok = r.heldUntil, true
	}
	if ask, set := r.timer.next(); set && (!ok || ask < at) {
		at, ok = ask, true
	}
	return at, ok
}

// Tick implements rtp.Assembler.
func (r *assembly) Tick(now time.Duration, over bool) error {
	if r.held && now >= r.heldUntil {
		return r.stampHeld(over)
	}
	return nil
}

// Ask implements rtp.Assembler.
func (r *assembly) Ask(now time.Duration) {
	if r.timer.due(now) {
		r.keys.request()
	}
	if r.config.Congested != nil && r.keys.isDue(now) && r.config.Congested() {
		r.keys.leaveToServer(now + congestionPoll)
	}
	if !r.keys.due(now) {
		return
	}
	r.packets.MeasureRoundTrip(now)
	r.counters.keyFrameRequests.Add(1)
	r.log.Debug("request key frame")
	if r.config.RequestKeyFrame != nil {
		r.config.RequestKeyFrame()
		if r.packets.Losing(now) {
			r.config.RequestKeyFrame() // the link may lose one of the requests
		}
	}
}
