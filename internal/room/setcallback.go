//go:build !race

package room

import (
	"sync/atomic"
	"unsafe"
)

// setCallback copies a function value, which is one word, where the SDK may be reading it: it reads its callbacks without
// a lock, in a room that is running. It gets the old function or the new one, and both are right, because whoever hooks
// looks at the present state afterwards. The store is atomic, so that whoever sees the new function also sees what that
// was made of, on processors too that reorder plain stores.
func setCallback(field, f unsafe.Pointer) {
	atomic.StorePointer((*unsafe.Pointer)(field), *(*unsafe.Pointer)(f))
}
