package chain

/*
#include <linux/futex.h>
#include "chain.h"
*/
import "C"

import (
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mail is where Go puts a unit for the streaming thread without a call into C. See mail.h.
type mail struct {
	c *C.GstLivekitMail
}

func (m mail) state() *int32 { return (*int32)(&m.c.state) }

// isOpen reports whether the next unit may be put there. The streaming thread may change that at any time.
func (m mail) isOpen() bool {
	state := atomic.LoadInt32(m.state())
	return (state == C.GST_LIVEKIT_MAIL_OPEN || state == C.GST_LIVEKIT_MAIL_AWAY) && atomic.LoadInt32((*int32)(&m.c.refused)) == 0
}

// begin reports whether the caller may put in a unit of this many bytes. It must call send then.
func (m mail) begin(size int) bool {
	for size <= C.GST_LIVEKIT_MAIL_SIZE && m.isOpen() {
		for _, open := range []int32{C.GST_LIVEKIT_MAIL_OPEN, C.GST_LIVEKIT_MAIL_AWAY} {
			if atomic.CompareAndSwapInt32(m.state(), open, C.GST_LIVEKIT_MAIL_FILLING) {
				return true
			}
		}
	}
	return false
}

// send copies the bytes, and wakes the streaming thread.
func (m mail) send(data []byte) {
	m.c.size = C.gsize(len(data))
	copy(unsafe.Slice((*byte)(&m.c.data[0]), C.GST_LIVEKIT_MAIL_SIZE), data)
	atomic.StoreInt32(m.state(), C.GST_LIVEKIT_MAIL_FULL)
	// Who sleeps while it is FILLING has to be woken as well. It cannot fail, and Go's scheduler need not know of it, as it does not wait.
	_, _, _ = syscall.RawSyscall(unix.SYS_FUTEX, uintptr(unsafe.Pointer(m.state())), C.FUTEX_WAKE_PRIVATE, 1)
}

// offset returns the running time minus the monotonic clock of C, and when that was read on the latter, if it is known.
func (m mail) offset() (offset, readAt time.Duration, ok bool) {
	readAt = time.Duration(atomic.LoadInt64((*int64)(&m.c.read_at)))
	offset = time.Duration(atomic.LoadInt64((*int64)(&m.c.offset)))
	return offset, readAt, offset != noClock
}

// bytesOf returns the memory of numbers.
func bytesOf[T any](all []T) []byte {
	if len(all) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(all))), len(all)*int(unsafe.Sizeof(all[0])))
}
