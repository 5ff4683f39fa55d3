package engine

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	// ceilingSettle is how long it takes until a change of what the server sends has an effect here. Trouble seen before
	// that is from before the change.
	ceilingSettle = 3 * time.Second
	// ceilingWait is how long there must be no trouble before the server is asked for more again. It doubles each time
	// that more turns out to be too much, up to ceilingMaxWait.
	ceilingWait    = 15 * time.Second
	ceilingMaxWait = 2 * time.Minute
)

// limit is the most that the server is asked for. The zero value is no limit.
type limit struct {
	quality   caps.Quality // QualityAuto is any
	frameRate float64      // frames per second; 0 is any
}

// ceiling decides how long the server is asked for less than what the application wants, because the decoder or the
// network cannot keep up. Callers pass the time in. It is for one goroutine.
type ceiling struct {
	limits  []limit       // in force, each lower than the one before it
	wait    time.Duration // how long there must be no trouble before the last limit is lifted
	changed time.Time     // when a limit was last added or lifted
	trouble time.Time     // when trouble was last seen
	lifted  time.Time     // when a limit was last lifted
}

// limit returns the limit in force.
func (c *ceiling) limit() limit {
	if len(c.limits) == 0 {
		return limit{}
	}
	return c.limits[len(c.limits)-1]
}

// see records trouble, and reports whether a lower limit may help. It does not while the last change has not had its
// effect yet.
func (c *ceiling) see(now time.Time) (ready bool) {
	c.trouble = now
	return !c.isSettling(now)
}

// isSettling reports whether the last change has not had its effect yet.
func (c *ceiling) isSettling(now time.Time) bool {
	return !c.changed.IsZero() && now.Sub(c.changed) < ceilingSettle
}

// lower adds a limit that is lower than the present one.
func (c *ceiling) lower(now time.Time, to limit) {
	switch {
	case !c.lifted.IsZero() && now.Sub(c.lifted) < ceilingMaxWait:
		c.wait = min(2*c.wait, ceilingMaxWait)
	case len(c.limits) == 0:
		c.wait = ceilingWait
	}
	c.lifted = time.Time{}
	c.limits = append(c.limits, to)
	c.changed = now
}

// raise lifts the last limit if it has been in force for long enough, and reports whether it did.
func (c *ceiling) raise(now time.Time) bool {
	if len(c.limits) == 0 || now.Sub(c.trouble) < c.wait || now.Sub(c.changed) < c.wait {
		return false
	}
	c.limits = c.limits[:len(c.limits)-1]
	c.changed, c.lifted = now, now
	return true
}
