package mediaclock

import "time"

// lineKnots is how many knots are kept. At least half of them stay, which is more than the pictures that a decoder can
// reorder.
const lineKnots = 64

// timeline maps the sender's time to local time. It is piecewise linear and increasing, and values once returned never
// change: only its end is extended. The zero value has no beginning.
type timeline struct {
	knots [lineKnots]knot // the last ones, by increasing time
	n     int
	floor time.Duration // no local time is before it
}

type knot struct{ media, local time.Duration }

// begin clears the line. No local time will be before floor.
func (l *timeline) begin(floor time.Duration) {
	l.n, l.floor = 0, floor
}

func (l *timeline) empty() bool { return l.n == 0 }

// high returns the sender's time up to which the line is defined.
func (l *timeline) high() time.Duration {
	if l.n == 0 {
		return 0
	}
	return l.knots[l.n-1].media
}

// extend extends the line to media, which is mapped to local, but by at least least.
func (l *timeline) extend(media, local, least time.Duration) time.Duration {
	if l.n == 0 {
		local = max(local, l.floor)
	} else {
		local = max(local, l.knots[l.n-1].local+max(least, 1))
	}
	if l.n == lineKnots {
		l.n = copy(l.knots[:], l.knots[lineKnots/2:])
	}
	l.knots[l.n] = knot{media, local}
	l.n++
	return local
}

// raise moves the end of the line up, for a second unit with the same time.
func (l *timeline) raise(by time.Duration) time.Duration {
	end := &l.knots[l.n-1]
	end.local += by
	return end.local
}

// at returns the local time of media, which must not be after the end of the line. Before the first knot, local time
// runs like the sender's.
func (l *timeline) at(media time.Duration) time.Duration {
	i := l.n - 1
	for i >= 0 && l.knots[i].media > media {
		i--
	}
	if i < 0 {
		return l.knots[0].local - (l.knots[0].media - media)
	}
	from := l.knots[i]
	if i == l.n-1 {
		return from.local
	}
	to := l.knots[i+1]
	share := float64(media-from.media) / float64(to.media-from.media)
	return from.local + scale(to.local-from.local, share)
}
