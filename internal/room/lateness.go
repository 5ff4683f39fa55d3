package room

import (
	"encoding/binary"
	"time"
)

const (
	// lateBy is how much later than the quickest ones frames have to come, and lateFrames how many in a row, for a queue to
	// be suspected on their way.
	lateBy     = 60 * time.Millisecond
	lateFrames = 3
	// quickestWindow is half of the time for which the quickest frame is remembered: clocks differ.
	quickestWindow = 5 * time.Second
	// strange is a lateness that comes from another clock rather than from a queue.
	strange = 10 * time.Second
)

// lateness is how late the frames of one video stream come, by their own timestamps. It is for the reader of the stream.
type lateness struct {
	clockRate  uint32
	began      bool
	sequence   uint16 // the newest
	timestamp  uint32 // the newest
	sent       time.Duration
	start      time.Time
	quickest   [2]time.Duration // of this window and of the one before
	windowEnds time.Duration
	late       int

	over time.Duration // how much later than the quickest frame the newest one came
	lost int           // packets that are missing before the newest one
}

// arrived takes a packet. It reports whether a queue is suspected.
func (l *lateness) arrived(packet []byte, now time.Time) bool {
	const header, padding = 12, 0x20
	if len(packet) < header || packet[0]&padding != 0 {
		return false
	}
	sequence, timestamp := binary.BigEndian.Uint16(packet[2:]), binary.BigEndian.Uint32(packet[4:])
	if !l.began {
		*l = lateness{clockRate: l.clockRate, began: true, sequence: sequence, timestamp: timestamp, start: now}
		l.windowEnds = quickestWindow
		return false
	}
	l.lost = int(int16(sequence-l.sequence)) - 1
	if l.lost < 0 { // sent again, or out of order
		l.lost = 0
		return false
	}
	l.sequence = sequence
	if timestamp == l.timestamp { // not the first of its frame
		return false
	}
	l.sent += time.Duration(int32(timestamp-l.timestamp)) * time.Second / time.Duration(l.clockRate)
	l.timestamp = timestamp
	elapsed := now.Sub(l.start)
	delay := elapsed - l.sent
	if elapsed >= l.windowEnds {
		l.quickest = [2]time.Duration{delay, l.quickest[0]}
		l.windowEnds = elapsed + quickestWindow
	}
	l.quickest[0] = min(l.quickest[0], delay)
	l.over = delay - min(l.quickest[0], l.quickest[1])
	switch {
	case l.over > strange:
		l.began = false
		l.late = 0
	case l.over >= lateBy:
		l.late++
	default:
		l.late = 0
	}
	return l.late >= lateFrames
}
