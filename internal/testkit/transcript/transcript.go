// Package transcript keeps what a program prints, for a test that waits for some of it.
package transcript

import (
	"strings"
	"sync"
)

// Transcript is what a program has printed. It may be used from any goroutine.
type Transcript struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{} // closed at the next Write
}

// New returns an empty Transcript.
func New() *Transcript { return &Transcript{more: make(chan struct{})} }

// Write implements io.Writer.
func (s *Transcript) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.more)
	s.more = make(chan struct{})
	return s.text.Write(b)
}

// Look returns all that was printed, and a channel that is closed when there is more.
func (s *Transcript) Look() (text string, more <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String(), s.more
}
