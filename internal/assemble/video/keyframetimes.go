package video

import (
	"slices"
	"sync"
	"time"
)

const (
	// maxKeyFrameTimes limits the number of times in a KeyFrameTimes. If there are too many, the earliest are kept.
	maxKeyFrameTimes = 1024
	// keyFrameMargin is how long after its time a key frame is requested. Downstream, which may cut the stream there,
	// cannot use a key frame that is slightly too early by its own clock.
	keyFrameMargin = 10 * time.Millisecond
	// maxKeyFrameLag bounds how much later a key frame is asked for because frames come late.
	maxKeyFrameLag = 300 * time.Millisecond
)

// KeyFrameTimes is a set of times; the first frame after each of them should be a key frame. It outlives a Receiver, so
// that requests are kept when another Receiver follows. The zero value is empty. The methods may be called from any
// goroutine.
type KeyFrameTimes struct {
	mu sync.Mutex
	at []time.Time // in increasing order
}

// Add adds a time. If there are too many, the latest is dropped.
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

// next returns the earliest time.
func (k *KeyFrameTimes) next() (at time.Time, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.at) == 0 {
		return time.Time{}, false
	}
	return k.at[0], true
}

// reach removes the times that have passed, and returns the last of them.
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

// keyFrameTimer requests key frames at the times of a KeyFrameTimes. It belongs to Run, and reads the times, which
// other goroutines add to, only when it is woken or one of them has come.
type keyFrameTimer struct {
	times  *KeyFrameTimes // may be nil
	epoch  time.Time
	at     time.Duration // the earliest time, if set
	set    bool
	wanted time.Duration // the time after which the next key frame is needed, if waits
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

// look reads the earliest time.
func (t *keyFrameTimer) look() {
	if t.times == nil {
		return
	}
	var at time.Time
	at, t.set = t.times.next()
	t.at = at.Sub(t.epoch)
}

// due reports whether to request a key frame now.
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

// came takes the presentation time of a key frame, and reports whether to request another one, because it was made
// before the request arrived.
func (t *keyFrameTimer) came(pts time.Duration) (again bool) {
	if !t.waits {
		return false
	}
	t.waits = pts < t.wanted
	return t.waits
}
