package rtp

import (
	"sync"
	"sync/atomic"
	"time"
)

// past is a deadline that has passed on any clock.
var past = time.Unix(1, 0)

// wake owns the read deadline of a PacketReader: the reading goroutine sets it as its timer, and any other can call
// poke to make the present or the next Read return at once.
type wake struct {
	poked atomic.Bool

	mu  sync.Mutex   // orders poke against set; never held while a callback runs
	src PacketReader // nil while nobody reads; under mu

	armed time.Time // what the deadline was last set to; reading goroutine only
}

// open attaches src. A poke from before counts.
func (w *wake) open(src PacketReader) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.src = src
	w.armed = past
}

// close detaches src and leaves it without a deadline. No poke reaches src after close returned.
func (w *wake) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.src.SetReadDeadline(time.Time{}) // src is done with, and may be closed
	w.src = nil
}

// poke interrupts Read.
func (w *wake) poke() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.poked.Store(true)
	if w.src != nil {
		_ = w.src.SetReadDeadline(past) // a source that cannot be interrupted has failed: Read returns by itself
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

// set makes deadline the read deadline, zero for none, unless there is a poke to be taken first.
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
