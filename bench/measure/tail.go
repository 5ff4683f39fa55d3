package measure

import (
	"bytes"
	"strings"
	"sync"
)

const (
	tailLines = 12
	tailBytes = 16 << 10
)

// tail keeps the last lines that a program writes.
type tail struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text.Write(p)
	if surplus := t.text.Len() - tailBytes; surplus > 0 {
		t.text.Next(surplus)
	}
	return len(p), nil
}

// String is the last lines, indented.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(t.text.String()), "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	return "  " + strings.Join(lines, "\n  ")
}
