// Package broadcast wakes all who wait for a change of some state.
package broadcast

import "sync"

// Broadcast wakes everyone who waits for the next change. The zero value is ready for use. The methods may be called from
// any goroutine.
type Broadcast struct {
	mu   sync.Mutex
	next chan struct{}
}

// Wait returns a channel that is closed at the next Fire. Call it before reading the state that it guards, so that a
// change after the read closes the channel and is not missed.
func (b *Broadcast) Wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}

// Fire wakes everyone who waits now.
func (b *Broadcast) Fire() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}
