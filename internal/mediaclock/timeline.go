package mediaclock

import "time"

// lineKnots is how many knots are kept, and at least half as many: more than pictures that a decoder can reorder.
const lineKnots = 64

// timeline maps the sender's time to local time. It is piecewise linear, always rising, and what it once said stays:
// it is only made longer at its end. The zero value is one without a beginning.
type timeline struct {
	knots [lineKnots]knot // the last ones, by rising time
	n     int
	floor time.Duration // local times are not before it
}

type knot struct{ media, local time.Duration }

// begin forgets what was. Local times will not be before floor.
func (l *timeline) begin(floor time.Duration) {
	l.n, l.floor = 0, floor
}

func (l *timeline) empty() bool { return l.n == 0 }

// high returns up to which of the sender's times the line goes.
func (l *timeline) high() time.Duration {
	if l.n == 0 {
		return 0
	}
	return l.knots[l.n-1].media
}

// extend makes the line longer, up to media, which becomes local, but at least by least.
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

// raise moves the end of the line, which nothing lies behind, up.
func (l *timeline) raise(by time.Duration) time.Duration {
	end := &l.knots[l.n-1]
	end.local += by
	return end.local
}

// at returns the local time of media, which is not behind the end of the line. In front of its first knot that is as far
// away as on the sender's clock.
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
