package mediaclock

import (
	"math"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	// syncLeap is a change of the offset from one frame to the next after which the timestamps belong to a new sequence.
	syncLeap = time.Second
	// syncJump is a change of the offset that is not the Clock's steady correction.
	syncJump = 20 * time.Millisecond
	// syncOld is the age of a report from which the line through it is doubtful.
	syncOld = time.Minute
	// syncStale is by how much a report may be older or newer than the frames that arrive with it. Another one belongs to
	// another sequence of timestamps.
	syncStale = 20 * time.Second
	// syncSuspects is how many reports in a row that do not fit make a new line.
	syncSuspects = 3
	// syncPatience is how long an error beyond syncStep must last, and syncCalm by how much it may change meanwhile.
	// After syncImpatience it may change as it likes.
	syncPatience   = time.Second
	syncImpatience = 4 * time.Second
	syncCalm       = 15 * time.Millisecond
)

// SyncMember is one track of a publisher, see JoinSync. All of it is guarded by the lock of its group. A nil SyncMember
// is off.
type SyncMember struct {
	group   *syncGroup
	options SyncOptions
	shift   time.Duration // from the times of Adjust to those of the group
	begun   bool          // Begin was called

	line     syncLine
	reported time.Duration // arrival of the last report
	fitAt    time.Duration // arrival of the last one that fitted
	absolute bool          // the reports are absolute capture times
	suspect  [syncSuspects]syncReport
	suspects int           // number of reports in a row that did not fit
	misfit   time.Duration // by how much the last of them was off
	step     time.Duration // by how much the line was moved at stepAt, if it was moved
	stepAt   time.Duration
	lowered  bool // the group's level was moved with it

	seen      bool          // a frame came
	timestamp uint32        // of the last frame by order of time
	local     time.Duration // its time
	since     time.Duration // the time of the first frame of the sequence
	offset    time.Duration // local time less publisher's time, valid if line.known
	doubt     bool          // the offset jumped, or is old: the next report will say what is right
	jump      time.Duration // by how much
	jumped    uint32        // at which timestamp

	delay   time.Duration // what is added, never negative
	fresh   bool          // was not moved to the level yet
	slewing bool          // an error is being corrected slowly
	hurry   bool          // an error is being corrected at once; pictures take half or one and a half times their distance
	errorAt time.Duration // since when there is a large error, of errorIs; valid if large
	firstAt time.Duration
	errorIs time.Duration
	large   bool

	outside bool // its offset is too much higher than another one's
	apart   time.Duration
	warned  bool

	placed bool     // some times were returned
	moved  bool     // some of them were changed
	times  timeline // from the times of the track to those in sync, once moved
	high   time.Duration
	dts    time.Duration // the last one returned
}

// syncReport is one sender report.
type syncReport struct {
	timestamp uint32
	y         time.Duration
}

// Begin comes before everything else, and again when the track continues in another codec. rate is that of its RTP
// timestamps, in Hz, and epoch the local moment that its times are relative to.
func (m *SyncMember) Begin(rate int64, epoch time.Time) {
	if m == nil {
		return
	}
	m.group.mu.Lock()
	defer m.group.mu.Unlock()
	*m = SyncMember{
		group: m.group, options: m.options, delay: m.delay,
		shift: epoch.Sub(m.group.base), line: syncLine{rate: rate}, begun: true, fresh: true,
	}
}

// Report takes a sender report of the track: a moment by the publisher's wall clock, which is zero if it has none, its
// RTP timestamp, and the local time at which the report came.
func (m *SyncMember) Report(at time.Time, timestamp uint32, received time.Time) {
	if m == nil || at.IsZero() {
		return
	}
	g := m.group
	g.mu.Lock()
	defer g.mu.Unlock()
	now := received.Sub(g.base)
	if !m.begun || m.absolute && now-m.reported <= 2*maxExtrapolation {
		return
	}
	m.absolute = false
	m.report(at, timestamp, now)
}

// Captured takes an absolute capture time, which a packet with that timestamp had. It is more exact than a report, and
// may come with each packet. arrival is relative to the epoch of the track.
func (m *SyncMember) Captured(at time.Time, timestamp uint32, arrival time.Duration) {
	if m == nil || at.IsZero() {
		return
	}
	g := m.group
	g.mu.Lock()
	defer g.mu.Unlock()
	now := m.shift + arrival
	if !m.begun || m.absolute && now-m.reported < time.Second {
		return
	}
	if !m.absolute && m.line.known() {
		m.reported = now
		m.adopt([]syncReport{{timestamp, m.publisher(at)}}, 0)
	}
	m.absolute = true
	m.report(at, timestamp, now)
}

// publisher makes a moment by the publisher's clock relative to that of the group.
func (m *SyncMember) publisher(at time.Time) time.Duration {
	if m.group.wall.IsZero() {
		m.group.wall = at
	}
	return at.Sub(m.group.wall)
}

func (m *SyncMember) report(at time.Time, timestamp uint32, now time.Duration) {
	if m.seen {
		if early := m.line.ticks(m.timestamp, timestamp) - (now - m.local); early > syncStale || early < -syncStale {
			return
		}
	}
	r := syncReport{timestamp, m.publisher(at)}
	m.reported = now
	if !m.line.known() {
		m.fitAt = now
		m.add(r)
		return
	}
	misfit := r.y - m.line.at(timestamp)
	since := m.doubt && int32(timestamp-m.jumped) >= 0
	switch tolerance := m.line.tolerance(); {
	case timestamp == m.line.last && misfit < time.Millisecond && misfit > -time.Millisecond:
		// The same report again.
	case misfit <= tolerance && misfit >= -tolerance:
		m.suspects, m.fitAt = 0, now
		m.doubt = m.doubt && !since
		m.add(r)
	case since && m.jump != 0 && m.jump > 0 == (misfit > 0) && abs(misfit-m.jump) <= max(abs(m.jump)/4, syncJump):
		// Not the delay has changed: the sender's timestamps left out a pause.
		m.fitAt = now
		m.adopt([]syncReport{r}, 0)
	default:
		m.suspect[m.suspects] = r
		m.suspects++
		m.misfit = misfit
		m.distrust(misfit)
		if m.group.stepped(m, misfit) {
			m.adopt([]syncReport{r}, misfit)
			m.lowered = true
		} else if m.suspects == syncSuspects {
			m.adoptAlone(misfit)
		}
	}
}

// distrust has the delay stay as it is until the next report, after one that is far off.
func (m *SyncMember) distrust(misfit time.Duration) {
	if abs(misfit) >= syncStep && !m.doubt {
		m.doubt, m.jump, m.jumped = true, 0, m.line.last
	}
}

// adoptAlone starts a new line with the suspects. If it was the publisher's clock that stepped, the reports of other
// tracks will be off, too.
func (m *SyncMember) adoptAlone(misfit time.Duration) {
	for _, other := range m.group.members {
		if other != m && other.line.known() && other.reported <= m.fitAt {
			other.doubt, other.jump, other.jumped = true, 0, other.line.last
		}
	}
	m.adopt(m.suspect[:], misfit)
}

func abs(d time.Duration) time.Duration { return max(d, -d) }

// add takes a report into the line. What is presented does not move by it at once.
func (m *SyncMember) add(r syncReport) {
	known, before := m.line.known(), time.Duration(0)
	if known {
		before = m.line.at(m.timestamp)
	}
	m.line.add(r.timestamp, r.y)
	if m.seen && known {
		m.offset -= m.line.at(m.timestamp) - before
	} else if m.seen {
		m.offset = m.local - m.line.at(m.timestamp)
	}
}

// adopt starts a new line with some reports. step is by how much the publisher's clock is ahead of the old one.
func (m *SyncMember) adopt(reports []syncReport, step time.Duration) {
	m.line.clear()
	for _, r := range reports {
		m.line.add(r.timestamp, r.y)
	}
	if m.seen {
		m.offset = m.local - m.line.at(m.timestamp)
	}
	// The timestamps of some senders do not run by their clock at all: there is no line through their reports.
	m.suspects, m.doubt, m.jump, m.jumped = 0, m.line.noise > float64(syncJump), 0, m.timestamp
	m.step, m.stepAt, m.lowered = step, m.reported, false
}

// Adjust returns the times of a frame with its RTP timestamp so that they agree with those of the publisher's other
// tracks. It adds a delay. PTS keep their order, and so do DTS. It is called for each frame of the track.
func (m *SyncMember) Adjust(timestamp uint32, s Stamps) Stamps {
	if m == nil {
		return s
	}
	g := m.group
	g.mu.Lock()
	if !m.placed || s.PTS > m.high {
		m.follow(timestamp, s.PTS)
	}
	out := m.place(s)
	apart, far := g.isTooFar(m)
	warn := far && !m.warned
	m.warned = far || m.warned && !g.paired
	g.mu.Unlock()
	if warn && m.options.OnTooFar != nil {
		m.options.OnTooFar(apart)
	}
	return out
}

// follow takes the next frame by order of time.
func (m *SyncMember) follow(timestamp uint32, pts time.Duration) {
	local := m.shift + pts
	elapsed := local - m.local
	switch {
	case !m.seen:
		m.since = local
		if early := m.line.ticks(m.line.last, timestamp) - (local - m.reported); early > syncStale || early < -syncStale {
			m.line.clear() // of another sequence
		}
		elapsed = 0
	case m.line.known() && local-m.reported > syncOld && !m.doubt:
		m.doubt, m.jump, m.jumped = true, 0, timestamp
	}
	m.seen, m.timestamp, m.local = true, timestamp, local
	if m.line.known() {
		m.follower(local-m.line.at(timestamp), timestamp, elapsed)
	}
	m.group.follow(local)
	m.correct(min(elapsed, syncActive))
}

// follower takes the offset of the next frame.
func (m *SyncMember) follower(offset time.Duration, timestamp uint32, elapsed time.Duration) {
	change := offset - m.offset
	m.offset = offset
	switch {
	case elapsed == 0:
	case abs(change) > syncLeap:
		m.restart()
	case abs(change) > syncJump+min(elapsed, paceSlot)/4:
		// Either the delay has changed, or the timestamps do not tell of a pause. Until that is known the delay stays.
		if !m.doubt {
			m.jump = 0
		}
		m.doubt, m.jump, m.jumped = true, m.jump+change, timestamp
	case m.group.paired && m.counts(m.local) && !m.fresh && m.line.n > 1: // one report says nothing about the slope
		m.delay = max(m.delay-change, 0) // what is presented follows the publisher's clock, and not the arrival of packets
	}
}

// restart begins with another sequence of timestamps.
func (m *SyncMember) restart() {
	m.line.clear()
	m.since = m.local
	m.fresh, m.absolute = true, false
	m.doubt, m.hurry, m.slewing, m.large, m.suspects = false, false, false, false, 0
}

// counts reports whether the offset of the track is known at present.
func (m *SyncMember) counts(now time.Duration) bool {
	return m.seen && m.line.known() && !m.doubt && m.local-m.since >= syncStart && now-m.local < syncActive
}

// correct moves the delay towards what it should be. rise is the distance from the frame before.
func (m *SyncMember) correct(rise time.Duration) {
	g := m.group
	_, far := g.isTooFar(m)
	switch {
	case far, g.isAlone(m.options.Kind):
		m.fresh, m.hurry, m.large, m.slewing = true, false, false, false
		m.delay = max(m.delay-scale(rise, syncSlew.Seconds()), 0)
	case g.paired && m.counts(g.now) && !m.outside:
		m.approach(g.level-(m.offset+m.delay), rise)
	}
}

// approach corrects an error of the delay: it is too low by off.
func (m *SyncMember) approach(off, rise time.Duration) {
	m.hurry = m.hurry || m.fresh && abs(off) >= syncLeast || m.isLarge(off)
	m.slewing = m.slewing || abs(off) >= syncLeast
	m.fresh = false
	most := scale(rise, syncSlew.Seconds())
	switch {
	case m.hurry && m.options.Kind == caps.Audio:
		m.delay = max(m.delay+off, 0)
		m.slewing, m.large = false, false
		m.hurry = -off >= rise // one frame cannot leave out more than its length: the next ones do
		return
	case m.hurry:
		most = rise / 2
	case !m.slewing, m.large: // what will be taken at once if it lasts stays as it is until then
		return
	case m.options.Kind == caps.Video:
		most = scale(rise, syncSlewVideo.Seconds())
	}
	m.delay = max(m.delay+min(max(off, -most), most), 0)
	if abs(off) <= most {
		m.hurry, m.slewing, m.large = false, false, false
	}
}

// isLarge reports whether an error has been so large for so long that it is not corrected little by little.
func (m *SyncMember) isLarge(off time.Duration) bool {
	if abs(off) <= syncStep {
		m.large = false
		return false
	}
	if !m.large {
		m.large, m.firstAt, m.errorAt, m.errorIs = true, m.local, m.local, off
	}
	if abs(off-m.errorIs) > syncCalm {
		m.errorAt, m.errorIs = m.local, off
	}
	return m.local-m.errorAt >= syncPatience || m.local-m.firstAt >= syncImpatience
}

// place returns the times of a frame with the delay.
func (m *SyncMember) place(s Stamps) Stamps {
	first := !m.placed
	m.placed = true
	if first {
		m.high = s.PTS
	}
	if !m.moved {
		if m.delay == 0 {
			m.high, m.dts = max(m.high, s.PTS), s.DTS
			return s
		}
		m.moved = true
		m.times.begin(math.MinInt64)
		if !first {
			m.times.extend(m.high, m.high, 1)
		}
	}
	if rise := s.PTS - m.times.high(); m.times.empty() || rise > 0 {
		least := rise / 2
		if m.options.Kind == caps.Audio {
			least = rise / 20 // samples are left out, and what is still to be played is not
		}
		m.delay = m.times.extend(s.PTS, s.PTS+m.delay, least) - s.PTS
		m.high = s.PTS
	}
	out := Stamps{PTS: m.times.at(s.PTS), DTS: m.times.at(s.DTS)}
	if over := s.DTS - m.high; over > 0 {
		out.DTS = m.times.at(m.high) + over
	}
	if out.DTS <= m.dts && !first {
		out.DTS = m.dts + time.Microsecond
	}
	m.dts = out.DTS
	return out
}

// State returns whether the track is kept in sync.
func (m *SyncMember) State() SyncState {
	if m == nil {
		return SyncOff
	}
	m.group.mu.Lock()
	defer m.group.mu.Unlock()
	if _, far := m.group.isTooFar(m); far {
		return SyncTooFar
	}
	if m.fresh || m.group.isAlone(m.options.Kind) {
		return SyncWaiting
	}
	return Synchronized
}

// Delay returns what Adjust adds at present.
func (m *SyncMember) Delay() time.Duration {
	if m == nil {
		return 0
	}
	m.group.mu.Lock()
	defer m.group.mu.Unlock()
	return m.delay
}

// Skew returns by how much the track is late against one of the other kind; 0 if that is not known.
func (m *SyncMember) Skew() time.Duration {
	if m == nil {
		return 0
	}
	g := m.group
	g.mu.Lock()
	defer g.mu.Unlock()
	if !m.counts(g.now) {
		return 0
	}
	for _, other := range g.members {
		if other.options.Kind != m.options.Kind && other.counts(g.now) {
			return m.offset + m.delay - other.offset - other.delay
		}
	}
	return 0
}
