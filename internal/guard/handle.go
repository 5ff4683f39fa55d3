package guard

import "runtime/cgo"

// Value returns what C knows by a handle. It is not ok when the handle has been deleted, which no other value gets: C may
// have been on its way here then.
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
