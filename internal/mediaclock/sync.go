package mediaclock

import (
	"slices"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// DefaultMaxSyncDelay is used if SyncOptions.MaxDelay is zero for all tracks of a publisher.
const DefaultMaxSyncDelay = 500 * time.Millisecond

// SyncKey identifies a publisher. The tracks that one process receives from it are kept in sync, through whichever
// connections they come: they have one wall clock.
type SyncKey struct{ Server, Room, Identity string }

// SyncOptions describe a track to JoinSync.
type SyncOptions struct {
	Kind caps.Kind
	// MaxDelay is how long a track may be delayed to agree with another one. Of the tracks of a publisher, the shortest
	// one counts. Zero leaves it to the other tracks.
	MaxDelay time.Duration
	// OnTooFar is called, on the goroutine of Adjust, when the track and another one come to differ by more than MaxDelay,
	// and are not kept in sync any more. It may be nil.
	OnTooFar func(apart time.Duration)
}

// SyncState says whether a track is kept in sync with one of the other kind, sound or picture.
type SyncState int

// The states.
const (
	SyncOff     SyncState = iota
	SyncWaiting           // for a track of the other kind, or for the sender reports of both
	Synchronized
	SyncTooFar // the tracks differ by more than they may be delayed
)

var syncStates = [...]string{SyncOff: "off", SyncWaiting: "waiting", Synchronized: "synchronized", SyncTooFar: "too-far"}

// String returns the name that the elements' stats have for the state.
func (s SyncState) String() string { return syncStates[s] }

// syncGroups are the publishers with tracks, and those whose last track has just left.
var syncGroups struct {
	mu sync.Mutex
	m  map[SyncKey]*syncGroup
}

// JoinSync adds a track of a publisher. The tracks' local times are kept in sync if one of them is sound and one is
// picture; otherwise they stay as they are. It returns nil, which is a valid SyncMember that is off, if it is not known
// who the publisher is. Begin comes next.
//
// The methods of a SyncMember may be called from any goroutine, but Adjust only from one at a time.
func JoinSync(key SyncKey, options SyncOptions) *SyncMember {
	if key.Server == "" || key.Identity == "" {
		return nil
	}
	now := time.Now()
	syncGroups.mu.Lock()
	defer syncGroups.mu.Unlock()
	for k, g := range syncGroups.m {
		if g.isForgotten(now) {
			delete(syncGroups.m, k)
		}
	}
	g := syncGroups.m[key]
	if g == nil {
		g = &syncGroup{base: now}
		if syncGroups.m == nil {
			syncGroups.m = make(map[SyncKey]*syncGroup)
		}
		syncGroups.m[key] = g
	}
	return g.join(options, now.Sub(g.base))
}

// Leave removes the track. What another one was delayed because of it stays for some time, because the publisher may
// publish it again, or the connection may have been lost. Leave is idempotent.
func (m *SyncMember) Leave() {
	if m == nil {
		return
	}
	now := time.Now()
	syncGroups.mu.Lock()
	defer syncGroups.mu.Unlock()
	m.group.leave(m, now.Sub(m.group.base))
}

// join adds a member. now is relative to the group's base.
func (g *syncGroup) join(options SyncOptions, now time.Duration) *SyncMember {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := &SyncMember{group: g, options: options, fresh: true}
	if left := g.left[options.Kind]; left.known && now-left.at < syncMemory {
		m.delay = left.delay // the next track of that kind has come by the same way, in all likelihood
	}
	g.members = append(g.members, m)
	return m
}

func (g *syncGroup) leave(m *SyncMember, now time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.members, m)
	if i < 0 {
		return
	}
	g.members = slices.Delete(g.members, i, i+1)
	g.left[m.options.Kind] = syncLeft{known: true, at: now, delay: m.delay}
}

// isForgotten reports whether nothing of the group is needed any more.
func (g *syncGroup) isForgotten(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.members) > 0 {
		return false
	}
	for _, left := range g.left {
		if left.known && now.Sub(g.base)-left.at < syncMemory {
			return false
		}
	}
	return true
}
