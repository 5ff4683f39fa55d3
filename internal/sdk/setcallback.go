//go:build !race

package sdk

import (
	"sync/atomic"
	"unsafe"
)

// SetCallback sets *field, a callback of the SDK, to f.
func SetCallback[F any](field *F, f F) { setCallback(unsafe.Pointer(field), unsafe.Pointer(&f)) }

// setCallback stores a function value, which is one word, in a field that the SDK may be reading: in a running room the
// SDK reads its callbacks without a lock. It reads the old or the new function, and both are correct, because the
// caller checks the present state afterwards. The store is atomic, so that code that reads the new function also sees
// what it captures, even on processors that reorder plain stores.
func setCallback(field, f unsafe.Pointer) {
	atomic.StorePointer((*unsafe.Pointer)(field), *(*unsafe.Pointer)(f))
}
