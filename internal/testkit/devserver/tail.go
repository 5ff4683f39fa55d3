package devserver

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

const (
	tailLines   = 12
	maxTailLine = 500
)

// tail passes a log on and remembers its last lines.
type tail struct {
	next io.Writer // may be nil

	mu      sync.Mutex
	lines   []string
	partial []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.remember(p)
	if t.next != nil {
		// Whoever reads the log must not be able to stop the server.
		_, _ = t.next.Write(p)
	}
	return len(p), nil
}

func (t *tail) remember(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.partial = append(t.partial, p...)
	for {
		line, rest, found := bytes.Cut(t.partial, []byte("\n"))
		if !found {
			return
		}
		t.lines = append(t.lines, string(line[:min(len(line), maxTailLine)]))
		t.lines = t.lines[max(0, len(t.lines)-tailLines):]
		t.partial = rest
	}
}

// String is the last lines, each indented by two spaces on a line of its own.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := t.lines
	if len(t.partial) > 0 {
		lines = append(lines[:len(lines):len(lines)], string(t.partial))
	}
	return "  " + strings.Join(lines, "\n  ")
}
