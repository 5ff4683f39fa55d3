package room

import (
	"encoding/binary"
	"time"
)

const (
	// A queue on the path is suspected if lateFrames frames in a row are later than the quickest ones by at least lateBy.
	lateBy     = 60 * time.Millisecond
	lateFrames = 3
	// quickestWindow is half of the time for which the quickest frame is remembered, since clocks drift.
	quickestWindow = 5 * time.Second
	// strange is a lateness that is caused by a different clock and not by a queue.
	strange = 10 * time.Second
)

// lateness measures how late the frames of one video stream are, from their RTP timestamps. It is for the stream's
// reader.
type lateness struct {
	clockRate  uint32
	began      bool
	sequence   uint16 // the highest sequence number
	timestamp  uint32 // the newest RTP timestamp
	sent       time.Duration
	start      time.Time
	quickest   [2]time.Duration // the offset of the quickest frame in this window and in the one before
	windowEnds time.Duration
	late       int

	over time.Duration // how much later than the quickest frame the newest one arrived
	lost int           // packets missing before the newest one
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
	if l.lost < 0 { // retransmitted or out of order
		l.lost = 0
		return false
	}
	l.sequence = sequence
	if timestamp == l.timestamp { // not the first packet of its frame
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
