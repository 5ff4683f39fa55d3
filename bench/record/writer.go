package record

import (
	"io"
	"sync"
)

// writer is an io.Writer for several goroutines.
type writer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewWriter returns a writer to w that several Recorders can share: it keeps their lines apart.
func NewWriter(w io.Writer) io.Writer { return &writer{w: w} }

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.w.Write(p)
}
