package decode

import (
	"slices"
	"sync"
)

// BadDecoders remembers decoders that turned out not to work, by the names of their
// factories, so that no later [Chain] tries them again. The zero value knows none.
// Its methods may be called from any goroutine.
type BadDecoders struct {
	mu    sync.Mutex
	names []string
}

// Names returns them in the order in which they failed. The slice is the caller's.
func (b *BadDecoders) Names() []string {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.names)
}

func (b *BadDecoders) add(name string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Contains(b.names, name) {
		b.names = append(b.names, name)
	}
}
