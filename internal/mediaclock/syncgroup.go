package mediaclock

import (
	"cmp"
	"math"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	// syncStart is how long a track must have been received before it is compared: until then its own clock is being
	// corrected, and what follows it would have to be moved twice.
	syncStart = 2500 * time.Millisecond
	// syncActive is for how long after its last frame a track takes part. Longer pauses are those of a muted track.
	syncActive = 3 * time.Second
	// syncMemory is for how long a track that has left leaves its mark.
	syncMemory = 30 * time.Second
	// syncLeast is the error that is left alone, and syncStep the one from which a track is moved at once.
	syncLeast = 5 * time.Millisecond
	syncStep  = 50 * time.Millisecond
	// syncSlew and syncSlewVideo are how fast smaller errors are corrected, per second. A changed pitch is heard before a
	// changed pace is seen.
	syncSlew      = 5 * time.Millisecond
	syncSlewVideo = 25 * time.Millisecond
)

// syncGroup is the tracks of one publisher. docs/adr/0024 explains how they are kept in sync.
//
// The offset of a track is the local time that its Clock gives to a frame, less the time by the publisher's clock. It
// differs between tracks by the difference of their delays. The level is the offset that all of them are to have: the
// highest one. Local times are relative to base, the publisher's to wall, in which no step of a clock can overflow.
type syncGroup struct {
	base time.Time

	mu      sync.Mutex
	wall    time.Time // zero before the first report
	members []*SyncMember
	left    [2]syncLeft // by kind
	now     time.Duration
	level   time.Duration // valid if levelled
	// levelled says that there was a pair of sound and picture, and paired that there is one now. Without one nobody moves.
	levelled, paired bool
	falling          bool // the level falls, slowly, to that of the track with the highest offset
}

// syncLeft is what is kept of the last track of a kind that left.
type syncLeft struct {
	known bool
	at    time.Duration
	delay time.Duration
}

// follow computes the level at a local time.
func (g *syncGroup) follow(now time.Duration) {
	elapsed := min(max(now-g.now, 0), time.Second)
	g.now = max(g.now, now)

	lowest, limit := time.Duration(math.MaxInt64), g.maxDelay()
	for _, m := range g.members {
		if m.counts(g.now) {
			lowest = min(lowest, m.offset)
		}
	}
	highest := lowest
	var kinds [2]int
	for _, m := range g.members {
		if !m.counts(g.now) {
			continue
		}
		apart := m.offset - lowest
		if m.outside = apart > limit || m.outside && apart > limit*9/10; m.outside {
			m.apart = apart
			continue
		}
		kinds[m.options.Kind]++
		highest = max(highest, m.offset)
	}
	if g.paired = kinds[caps.Audio] > 0 && kinds[caps.Video] > 0; !g.paired {
		return
	}
	if !g.levelled || highest > g.level || g.level-highest > limit {
		g.levelled, g.level, g.falling = true, highest, false
		return
	}
	if g.falling = g.falling || g.level-highest >= syncLeast; !g.falling {
		return
	}
	// All fall together, and stay in sync.
	fall := min(scale(elapsed, syncSlew.Seconds()), g.level-highest)
	g.level -= fall
	g.falling = g.level > highest
	for _, m := range g.members {
		if m.counts(g.now) && !m.fresh {
			m.delay = max(m.delay-fall, 0)
		}
	}
}

// maxDelay is how long a track may be delayed.
func (g *syncGroup) maxDelay() time.Duration {
	most := time.Duration(0)
	for _, m := range g.members {
		if own := m.options.MaxDelay; own > 0 && (most == 0 || own < most) {
			most = own
		}
	}
	return cmp.Or(most, DefaultMaxSyncDelay)
}

// isAlone reports whether there is no track of the other kind, and was none lately.
func (g *syncGroup) isAlone(kind caps.Kind) bool {
	for _, m := range g.members {
		if m.options.Kind != kind {
			return false
		}
	}
	left := g.left[1-kind]
	return !left.known || g.now-left.at > syncMemory
}

// isTooFar reports whether a track of the other kind is too far away, and how far.
func (g *syncGroup) isTooFar(m *SyncMember) (apart time.Duration, far bool) {
	for _, other := range g.members {
		if other.options.Kind == m.options.Kind || !other.counts(g.now) {
			continue
		}
		if !other.outside && !m.outside {
			return 0, false
		}
		apart, far = max(m.apart, other.apart), true
	}
	return apart, far && m.counts(g.now)
}

// stepped notices a step of the publisher's wall clock: two tracks have reports that are off by the same. It reports
// whether there is another one with a report off by the same as that of m.
func (g *syncGroup) stepped(m *SyncMember, by time.Duration) bool {
	found := false
	for _, other := range g.members {
		if other == m || by < syncStep && by > -syncStep {
			continue
		}
		if n := other.suspects; n > 0 && alike(other.misfit, by) {
			other.adopt(other.suspect[n-1:n], other.misfit)
			found = true
		} else if other.step != 0 && alike(other.step, by) && g.now-other.stepAt < syncMemory && m.fitAt < other.stepAt {
			found = true
		} else {
			continue
		}
		if !other.lowered { // the level was not changed for this step
			g.level -= by
			other.lowered = true
		}
	}
	return found
}

// alike reports whether two reports are off by the same.
func alike(a, b time.Duration) bool {
	return a-b < 20*time.Millisecond && b-a < 20*time.Millisecond
}
