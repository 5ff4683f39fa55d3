package guard

import "runtime/cgo"

// Value returns the value of a cgo handle. ok is false if the handle was deleted, which can happen while C is calling
// Go. Handle values are never reused.
func Value[T any](handle cgo.Handle) (value T, ok bool) {
	if handle == 0 {
		return value, false
	}
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	value, ok = handle.Value().(T)
	return value, ok
}
