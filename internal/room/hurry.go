package room

import (
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// hurryPoll is how often a subscription is read anew while packets are missing. pion keeps those that were sent again
// apart, and looks there only when a read begins: without another read they would wait for the next ordinary packet.
const hurryPoll = 5 * time.Millisecond

// hurry owns the read deadline of a subscription that is read for good, and makes reads short while a Track waits for
// packets that are sent again.
type hurry struct {
	mu     sync.Mutex
	tracks int  // that wait
	armed  bool // there is a read deadline
}

// add counts one more Track that waits, or one fewer, and sees to it that a read which has begun is short too.
func (h *hurry) add(remote *webrtc.TrackRemote, tracks int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tracks += tracks
	if h.tracks > 0 && !h.armed {
		h.set(remote, time.Now().Add(hurryPoll))
	}
}

// again prepares the next read after one that took too long.
func (h *hurry) again(remote *webrtc.TrackRemote) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tracks > 0 {
		h.set(remote, time.Now().Add(hurryPoll))
	} else {
		h.set(remote, time.Time{})
	}
}

// set is called with h.mu held. It fails only for a track that has ended, which notices by itself.
func (h *hurry) set(remote *webrtc.TrackRemote, deadline time.Time) {
	h.armed = !deadline.IsZero()
	_ = remote.SetReadDeadline(deadline)
}
