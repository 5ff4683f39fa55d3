package rtp

import (
	"sync"
	"sync/atomic"
	"time"
)

// past is a deadline that has always passed.
var past = time.Unix(1, 0)

// wake owns the read deadline of a PacketReader: the reading goroutine uses it as its timer, and any other goroutine
// can call poke to make the present or the next Read return at once.
type wake struct {
	poked atomic.Bool

	mu  sync.Mutex   // orders poke and set; not held while a callback runs
	src PacketReader // nil while nobody reads; guarded by mu

	armed time.Time // the last deadline set; reading goroutine only
}

// open attaches src. A poke before open counts.
func (w *wake) open(src PacketReader) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.src = src
	w.armed = past
}

// close detaches src and clears its deadline. No poke reaches src after close has returned.
func (w *wake) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.src.SetReadDeadline(time.Time{}) // src is no longer used, and may be closed
	w.src = nil
}

// poke interrupts Read.
func (w *wake) poke() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.poked.Store(true)
	if w.src != nil {
		_ = w.src.SetReadDeadline(past) // if src cannot be interrupted, it has failed and Read returns anyway
	}
}

// take reports whether there was a poke since the last take.
func (w *wake) take() bool {
	if !w.poked.Load() {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.poked.Store(false)
	w.armed = past
	return true
}

// set sets the read deadline, zero for none, unless a poke has to be taken first.
func (w *wake) set(deadline time.Time) error {
	if deadline.Equal(w.armed) {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.poked.Load() {
		return nil
	}
	w.armed = deadline
	return w.src.SetReadDeadline(deadline)
}
