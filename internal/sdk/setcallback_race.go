//go:build race

package sdk

import "unsafe"

// SetCallback sets *field, a callback of the SDK, to f.
func SetCallback[F any](field *F, f F) { setCallback(unsafe.Pointer(field), unsafe.Pointer(&f)) }

// setCallback does the same without the race detector, which cannot know that the SDK may read either function.
//
//go:norace
func setCallback(field, f unsafe.Pointer) {
	*(*unsafe.Pointer)(field) = *(*unsafe.Pointer)(f)
}
