package mediaclock

import (
	"math"
	"time"
)

const (
	// syncReports is how many of a track's last sender reports are kept. They come every three seconds.
	syncReports = 8
	// syncSlope limits how much faster or slower than its nominal rate the sample clock of a track may run.
	syncSlope = 500e-6
	// syncTrust is the time over which reports must be spread for the slope between them to be believed by half. Closer
	// ones say little about it: libwebrtc's reports of sound are off by some milliseconds each.
	syncTrust = 10 * time.Second
	// syncNoise is by how much a report may always be off, and syncYoung by how much while there are fewer than three.
	syncNoise = 5 * time.Millisecond
	syncYoung = 50 * time.Millisecond
)

// syncLine says when a moment of RTP time was, by the publisher's wall clock: a straight line through the last sender
// reports. The zero value with a rate has no report.
type syncLine struct {
	rate   int64 // RTP timestamp ticks per second
	points [syncReports]syncPoint
	n      int // number of reports so far; the points are the last ones of them

	last  uint32        // timestamp of the last report
	lastX time.Duration // and its time

	mean  syncPoint // of the points
	slope float64   // of the line through mean, less 1
	noise float64   // root of the mean square of how far the points are off
}

// syncPoint is a report: RTP time, and time by the publisher's clock.
type syncPoint struct{ x, y time.Duration }

func (l *syncLine) known() bool { return l.n > 0 }

func (l *syncLine) clear() { *l = syncLine{rate: l.rate} }

// ticks converts a difference of timestamps, in the direction in which their 32 bits are closer.
func (l *syncLine) ticks(from, to uint32) time.Duration {
	return time.Duration(int64(int32(to-from)) * int64(time.Second) / l.rate)
}

// x is the time of a timestamp, 0 at the first report.
func (l *syncLine) x(timestamp uint32) time.Duration {
	return l.lastX + l.ticks(l.last, timestamp)
}

// at is the publisher's time at a timestamp. There must be a report.
func (l *syncLine) at(timestamp uint32) time.Duration {
	x := l.x(timestamp) - l.mean.x
	return l.mean.y + x + scale(x, l.slope)
}

// add takes a report.
func (l *syncLine) add(timestamp uint32, y time.Duration) {
	if l.n == 0 {
		l.last = timestamp
	}
	l.last, l.lastX = timestamp, l.x(timestamp)
	l.points[l.n%syncReports] = syncPoint{l.lastX, y}
	l.n++
	l.fit()
}

// fit computes the line of least squares. The slope is drawn towards that of a perfect clock, the more the closer the
// reports are together.
func (l *syncLine) fit() {
	points := l.points[:min(l.n, syncReports)]
	first := points[0]
	var x, y time.Duration
	for _, p := range points {
		x += p.x - first.x
		y += p.y - first.y
	}
	n := time.Duration(len(points))
	l.mean = syncPoint{first.x + x/n, first.y + y/n}

	squares, product := float64(syncTrust)*float64(syncTrust), 0.0
	for _, p := range points {
		x, excess := float64(p.x-l.mean.x), float64(p.y-l.mean.y-(p.x-l.mean.x))
		squares += x * x
		product += x * excess
	}
	l.slope = min(max(product/squares, -syncSlope), syncSlope)

	l.noise = 0
	for _, p := range points {
		off := float64(p.y-l.mean.y-(p.x-l.mean.x)) - l.slope*float64(p.x-l.mean.x)
		l.noise += off * off
	}
	l.noise = math.Sqrt(l.noise / float64(len(points)))
}

// tolerance is how far off the line the next report may be.
func (l *syncLine) tolerance() time.Duration {
	if l.n < 3 {
		return syncYoung
	}
	return min(max(syncNoise, time.Duration(3*l.noise)), syncYoung)
}
