package engine

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	// ceilingSettle is how long a change of what the server sends takes until it shows. What is seen meanwhile comes from
	// before it.
	ceilingSettle = 3 * time.Second
	// ceilingWait is how long all has to go well before the server is asked for more again. It doubles each time that this
	// turns out to be too much, up to ceilingMaxWait.
	ceilingWait    = 15 * time.Second
	ceilingMaxWait = 2 * time.Minute
)

// limit is the most that the server is asked for. The zero value is no limit.
type limit struct {
	quality   caps.Quality // QualityAuto is any
	frameRate float64      // frames per second; 0 is any
}

// ceiling decides how long the server is asked for less than what the application wants, because this machine or the
// network cannot cope with that. It knows the time only from its callers, of which there is one goroutine.
type ceiling struct {
	limits  []limit       // in force, each lower than the one before it
	wait    time.Duration // without trouble, before the last of them is lifted
	changed time.Time     // when there was one more, or one less
	trouble time.Time     // when it was seen last
	lifted  time.Time     // when there was one less
}

// limit is what is in force.
func (c *ceiling) limit() limit {
	if len(c.limits) == 0 {
		return limit{}
	}
	return c.limits[len(c.limits)-1]
}

// see takes note of trouble, and reports whether something lower may help: not while the last change has yet to show.
func (c *ceiling) see(now time.Time) (ready bool) {
	c.trouble = now
	return !c.isSettling(now)
}

// isSettling reports whether the last change has yet to show.
func (c *ceiling) isSettling(now time.Time) bool {
	return !c.changed.IsZero() && now.Sub(c.changed) < ceilingSettle
}

// lower puts a limit in force that is lower than the present one.
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

// raise lifts the last limit if it has been in force for long enough, and reports that.
func (c *ceiling) raise(now time.Time) bool {
	if len(c.limits) == 0 || now.Sub(c.trouble) < c.wait || now.Sub(c.changed) < c.wait {
		return false
	}
	c.limits = c.limits[:len(c.limits)-1]
	c.changed, c.lifted = now, now
	return true
}
