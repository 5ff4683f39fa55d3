package video

import (
	"slices"
	"sync"
	"time"
)

const (
	// maxKeyFrameTimes bounds what waits in a KeyFrameTimes: those who ask without end get the nearest.
	maxKeyFrameTimes = 1024
	// keyFrameMargin is how long after its moment a key frame is asked for. Whoever cuts a stream there has no use for one
	// that is a hair too early by its own clock, and waits for the next.
	keyFrameMargin = 10 * time.Millisecond
	// maxKeyFrameLag bounds how much later a key frame is asked for because frames come late.
	maxKeyFrameLag = 300 * time.Millisecond
)

// KeyFrameTimes are moments, each of which the first frame after it is to be a key frame. They outlive a Receiver: whoever
// wants a key frame does not ask again when another Receiver takes its place. The zero value has none. The methods may be
// called from any goroutine.
type KeyFrameTimes struct {
	mu sync.Mutex
	at []time.Time // rising
}

// Add adds a moment. When there are too many, the last of them is left out.
func (k *KeyFrameTimes) Add(at time.Time) {
	at = at.Add(keyFrameMargin)
	k.mu.Lock()
	defer k.mu.Unlock()
	i, found := slices.BinarySearchFunc(k.at, at, time.Time.Compare)
	if found || i == maxKeyFrameTimes {
		return
	}
	k.at = slices.Insert(k.at, i, at)
	k.at = k.at[:min(len(k.at), maxKeyFrameTimes)]
}

// next returns the earliest moment.
func (k *KeyFrameTimes) next() (at time.Time, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.at) == 0 {
		return time.Time{}, false
	}
	return k.at[0], true
}

// reach takes the moments out that have come, and returns the last of them.
func (k *KeyFrameTimes) reach(now time.Time) (last time.Time, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for n < len(k.at) && !k.at[n].After(now) {
		last, ok = k.at[n], true
		n++
	}
	k.at = slices.Delete(k.at, 0, n)
	return last, ok
}

// keyFrameTimer asks for a key frame at each of some times. It belongs to Run, and looks at the times, which others add to,
// only when it is woken or one of them has come.
type keyFrameTimer struct {
	times  *KeyFrameTimes // may be nil
	epoch  time.Time
	at     time.Duration // of the earliest, if set
	set    bool
	wanted time.Duration // the moment that the next key frame is to come after, if waits
	waits  bool
	// lag is how late frames come. A sender that is busy encodes a picture of some time ago when the request arrives: its
	// key frame would be too early by as much.
	lag time.Duration
}

// follow takes how late a frame came. What is less than before counts little by little.
func (t *keyFrameTimer) follow(late time.Duration) {
	t.lag = min(max(late, t.lag-t.lag/8), maxKeyFrameLag)
}

// next returns when to ask, if at all.
func (t *keyFrameTimer) next() (at time.Duration, ok bool) { return t.at + t.lag, t.set }

// look notes when to ask next.
func (t *keyFrameTimer) look() {
	if t.times == nil {
		return
	}
	var at time.Time
	at, t.set = t.times.next()
	t.at = at.Sub(t.epoch)
}

// due reports whether to ask now.
func (t *keyFrameTimer) due(now time.Duration) bool {
	if !t.set || now < t.at+t.lag {
		return false
	}
	last, ok := t.times.reach(t.epoch.Add(now - t.lag))
	if ok {
		t.wanted, t.waits = last.Sub(t.epoch), true
	}
	t.look()
	return ok
}

// came takes the presentation time of a key frame, and reports whether to ask again: it may have been made before the
// request arrived.
func (t *keyFrameTimer) came(pts time.Duration) (again bool) {
	if !t.waits {
		return false
	}
	t.waits = pts < t.wanted
	return t.waits
}
