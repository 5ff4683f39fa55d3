//go:build !race

package sdk

import (
	"sync/atomic"
	"unsafe"
)

// SetCallback sets *field, a callback of the SDK, to f.
func SetCallback[F any](field *F, f F) { setCallback(unsafe.Pointer(field), unsafe.Pointer(&f)) }

// setCallback copies a function value, which is one word, where the SDK may be reading it: it reads its callbacks without
// a lock, in a room that is running. It gets the old function or the new one, and both are right, because whoever hooks
// looks at the present state afterwards. The store is atomic, so that whoever sees the new function also sees what that
// was made of, on processors too that reorder plain stores.
func setCallback(field, f unsafe.Pointer) {
	atomic.StorePointer((*unsafe.Pointer)(field), *(*unsafe.Pointer)(f))
}
