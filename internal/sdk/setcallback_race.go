//go:build race

package sdk

import "unsafe"

// SetCallback sets *field, a callback of the SDK, to f.
func SetCallback[F any](field *F, f F) { setCallback(unsafe.Pointer(field), unsafe.Pointer(&f)) }

// setCallback is what it is without the race detector, which is not told: it cannot know that the SDK may read the old
// function as well as the new one.
//
//go:norace
func setCallback(field, f unsafe.Pointer) {
	*(*unsafe.Pointer)(field) = *(*unsafe.Pointer)(f)
}
