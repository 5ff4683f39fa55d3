package guard

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Error is a panic that was recovered.
type Error struct {
	Place string // where it was recovered
	Value any    // that the code panicked with
	Stack []byte // for the log
}

func (e *Error) Error() string {
	return fmt.Sprintf("internal error (%s), please report it with the log: %v", e.Place, e.Value)
}

// Owner is whoever has something to fail when code panics that runs for it.
type Owner interface {
	// Panicked is called on the goroutine that panicked, which goes on behind what panicked. It must not wait.
	Panicked(err *Error)
}

// Do calls f. When it panics, owner is told; nil is nobody.
func Do(place string, owner Owner, f func()) {
	defer stop(place, owner)
	inject(place)
	f()
}

// Go calls f on a goroutine of its own, which wg counts. When it panics, owner is told; nil is nobody. What is in finally is
// called in any case, as the last, and may not panic.
func Go(wg *sync.WaitGroup, place string, owner Owner, f func(), finally ...func()) {
	wg.Go(func() {
		for _, last := range finally {
			defer last()
		}
		Do(place, owner, f)
	})
}

// Func returns a function that is Do, for whoever calls it on a goroutine of its own.
func Func(place string, owner Owner, f func()) func() {
	return func() { Do(place, owner, f) }
}

// stop is deferred.
func stop(place string, owner Owner) {
	value := recover()
	if value == nil || owner == nil {
		return
	}
	defer func() { _ = recover() }() // telling must not end the program either
	owner.Panicked(&Error{Place: place, Value: value, Stack: debug.Stack()})
}
