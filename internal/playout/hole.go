package playout

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
)

const (
	// maxConcealed is how much in a row is made up from what was heard before. After that, it would be no longer alike,
	// and there is silence.
	maxConcealed = 100 * time.Millisecond
	// step is how much is made up at a time while it is unknown how much will be missing.
	step = 20 * time.Millisecond
	// silentStep is how much silence is made up at a time, when there was some before: fewer wake-ups.
	silentStep = 60 * time.Millisecond
	// early is how long before the latest moment a missing frame is replaced, so that what replaces it is in time.
	early = 10 * time.Millisecond
	// maxHole is the longest time that is filled at once. After more than that, for instance when the computer was
	// suspended, the stream goes on without it.
	maxHole = 10 * time.Second
)

// patience returns how long after its time a frame is waited for.
func (t *Timeline) patience() time.Duration { return max(t.latency-early, t.latency/2) }

// Deadline returns when, by the local clock, Tick has to be called next. It changes once in a patience at most while
// frames come.
func (t *Timeline) Deadline() (local time.Duration, ok bool) {
	if !t.begun || t.config.Silence == None {
		return 0, false
	}
	if t.due == 0 {
		t.due = t.end() - t.offset + t.patience()
	}
	return t.due, true
}

// Tick makes up what should have come by now. waiting says that there are packets behind one that is missing: no more is made
// up than for that one, or the frames of the others would be too late.
func (t *Timeline) Tick(now time.Duration, waiting bool) error {
	due, ok := t.Deadline()
	if !ok || now < due {
		return nil
	}
	if now-due > maxHole {
		t.jump(now + t.offset - t.patience())
		t.broken = true
	}
	for {
		t.due = t.end() - t.offset + t.patience()
		if t.due > now {
			return nil
		}
		if err := t.fill(t.nextStep(waiting), nil); err != nil {
			return err
		}
	}
}

// Finish makes up what is missing until now. What comes later does not belong to the stream any more: a recording's sound ends when
// it was told to, as its picture does.
func (t *Timeline) Finish(now time.Duration) error {
	missing := now + t.offset - t.end()
	if !t.begun || t.form == nil || missing <= 0 || missing > maxHole {
		return nil
	}
	return t.fill(missing, nil)
}

// nextStep returns how much to make up. Silence that may be over at any time is not made up too far ahead.
func (t *Timeline) nextStep(waiting bool) time.Duration {
	if waiting || t.made < maxConcealed && !t.isQuiet() {
		return step
	}
	return max(step, min(silentStep, t.patience()-step))
}

// isQuiet reports whether the publisher sends nothing on purpose.
func (t *Timeline) isQuiet() bool { return t.silent || t.config.Muted() }

// fill makes up this much. next is the frame directly behind it, or nil if it is not known yet.
func (t *Timeline) fill(d time.Duration, next *audio.Frame) error {
	lost := time.Duration(0)
	if !t.isQuiet() && (next == nil || next.Missing) {
		lost = min(max(maxConcealed-t.made, 0), d)
	}
	t.made += d
	if lost > 0 {
		if lost < d {
			next = nil
		}
		if err := t.form.conceal(lost, next); err != nil {
			return err
		}
	}
	if d == lost {
		return nil
	}
	return t.fillSilence(d - lost)
}

func (t *Timeline) fillSilence(d time.Duration) error {
	switch t.config.Silence {
	case Always:
		return t.form.silence(d)
	case Gaps:
		t.piece.Samples, t.piece.Packet = nil, nil
		if err := t.give(Gap, t.samplesIn(d), nil); err != nil {
			return err
		}
	case None:
		t.counted.Silence += d
		t.count += int64(t.samplesIn(d))
	}
	t.broken = true
	return nil
}
