package audio

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

var _ rtp.Assembler = (*assembly)(nil)

// Reset implements rtp.Assembler.
func (a *assembly) Reset(time.Duration) {
	a.held = false
	a.clock.Reset(a.config.ClockRate)
	a.decryption = assemble.Decryption{}
	a.whole = false
	a.restart()
}

// restart clears the state of the sequence of packets.
func (a *assembly) restart() {
	a.clock.Restart()
	a.capture = mediaclock.NewCapture(a.config.ClockRate)
	a.given, a.missing, a.blank, a.discont = false, false, false, false
	a.arrival = 0
	a.ahead.valid = false
}

// Begin implements rtp.Assembler: every frame can be decoded without the one before.
func (a *assembly) Begin(*rtp.Packet) bool { return true }

// Flush implements rtp.Assembler.
func (a *assembly) Flush(over bool) error { return a.stampHeld(over) }

// Restart implements rtp.Assembler.
func (a *assembly) Restart() {
	a.restart()
	a.report.Store(nil)
}

// Missed implements rtp.Assembler.
func (a *assembly) Missed() (unheard bool) { return false }

// Ahead implements rtp.Assembler. No packet is an entry, although sound could go on with each of them: the packets
// before an entry are given up, also those that have arrived.
func (a *assembly) Ahead(*rtp.Packet, bool, time.Duration) (entry, heard bool) { return false, false }

// Needs implements rtp.Assembler.
func (a *assembly) Needs(next *rtp.Packet) rtp.Need {
	if a.covers(next) {
		return rtp.NeedNone
	}
	return rtp.NeedAll
}

// IsEntry implements rtp.Assembler.
func (a *assembly) IsEntry(*rtp.Packet) bool { return true }

// GaveUp implements rtp.Assembler.
func (a *assembly) GaveUp(lost bool) { a.missing = a.missing || lost && a.given }

// Shown implements rtp.Assembler.
func (a *assembly) Shown() (at time.Duration, ok bool) { return a.clock.Last(), a.given }

// Measured implements rtp.Assembler.
func (a *assembly) Measured(time.Duration) {}

// HeavyLoss implements rtp.Assembler.
func (a *assembly) HeavyLoss(time.Duration) {}

// Woken implements rtp.Assembler.
func (a *assembly) Woken() {}

// Deadline implements rtp.Assembler.
func (a *assembly) Deadline() (at time.Duration, ok bool) {
	if due, set := a.config.Player.Deadline(); set {
		at, ok = due.Sub(a.epoch), true
	}
	if a.held && (!ok || a.heldUntil < at) {
		at, ok = a.heldUntil, true
	}
	return at, ok
}

// Tick implements rtp.Assembler.
func (a *assembly) Tick(now time.Duration, over bool) error {
	if a.held && now >= a.heldUntil {
		if err := a.stampHeld(over); err != nil {
			return err
		}
	}
	if due, ok := a.config.Player.Deadline(); ok && now >= due.Sub(a.epoch) {
		return a.config.Player.Tick(a.epoch.Add(now), !over)
	}
	return nil
}

// Ask implements rtp.Assembler.
func (a *assembly) Ask(time.Duration) {}
