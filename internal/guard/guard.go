package guard

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Error is a panic that was recovered.
type Error struct {
	Place string // where it was recovered
	Value any    // the argument of panic
	Stack []byte // for the log
}

func (e *Error) Error() string {
	return fmt.Sprintf("internal error (%s), please report it with the log: %v", e.Place, e.Value)
}

// Owner is notified when code panics that runs on its behalf.
type Owner interface {
	// Panicked is called on the goroutine that panicked, which then continues after the guarded function. It must not
	// block.
	Panicked(err *Error)
}

// Do calls f. If f panics, owner is notified; owner may be nil.
func Do(place string, owner Owner, f func()) {
	defer stop(place, owner)
	inject(place)
	f()
}

// Go calls f on a new goroutine, which wg counts. If f panics, owner is notified; owner may be nil. The functions in
// finally are called in any case, at the end, and must not panic.
func Go(wg *sync.WaitGroup, place string, owner Owner, f func(), finally ...func()) {
	wg.Go(func() {
		for _, last := range finally {
			defer last()
		}
		Do(place, owner, f)
	})
}

// Func returns a function that calls Do with the arguments.
func Func(place string, owner Owner, f func()) func() {
	return func() { Do(place, owner, f) }
}

// stop is the deferred function that recovers.
func stop(place string, owner Owner) {
	value := recover()
	if value == nil || owner == nil {
		return
	}
	defer func() { _ = recover() }() // a panic of Panicked must not end the program either
	owner.Panicked(&Error{Place: place, Value: value, Stack: debug.Stack()})
}
