package chain

/*
#include <sys/eventfd.h>
#include "chain.h"
*/
import "C"

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// reader is the end of a chain from which Go reads frames. A waiting reader is parked in Go's own poller, with an
// eventfd that GStreamer's threads write to, so that they can wake it without entering Go.
//
// The eventfd is never read. The poller is edge-triggered, and each write is an edge. Next arms the poller before it
// looks at arrived and wakes, so no wake-up is lost, and none costs another system call.
type reader struct {
	event *os.File
	raw   syscall.RawConn
	fd    C.int                 // used by C
	woken func(fd uintptr) bool // created once, because each frame needs it

	arrived *int32        // in C memory: frames that could be pulled so far; atomic
	wakes   atomic.Uint32 // number of calls of wake

	// The fields below belong to Next.
	pulled int32  // arrived frames that were pulled or dropped
	seen   uint32 // wakes that Next has handled
	done   <-chan struct{}
	stop   func() bool // stops waking the reader when done is closed, or nil
}

// one is added to the eventfd's counter, which would take centuries to overflow.
var one = func() (b [8]byte) {
	binary.NativeEndian.PutUint64(b[:], 1)
	return b
}()

// open makes the eventfd. It must be called before C counts frames.
func (r *reader) open() error {
	fd, err := C.eventfd(0, C.EFD_CLOEXEC|C.EFD_NONBLOCK)
	if fd < 0 {
		return fmt.Errorf("make an eventfd to wait for frames with: %w", err)
	}
	r.fd = fd
	r.event = os.NewFile(uintptr(fd), "eventfd")
	r.raw, err = r.event.SyscallConn()
	if err == nil {
		err = r.event.SetReadDeadline(time.Time{}) // fails if Go's poller does not support it
	}
	if err != nil {
		return fmt.Errorf("wait for frames with an eventfd: %w", err)
	}
	r.woken = func(uintptr) bool { return r.pending() || r.wakes.Load() != r.seen }
	return nil
}

// close must not be called while a thread of GStreamer or Next uses the reader.
func (r *reader) close() {
	if r.stop != nil {
		r.stop()
	}
	if r.event != nil {
		_ = r.event.Close()
	}
}

// wake makes Next check its state. It may be called at any time from any goroutine, also after close.
func (r *reader) wake() {
	if r.event == nil {
		return // a chain with a pad
	}
	r.wakes.Add(1)
	_, _ = r.event.Write(one[:])
}

// pending reports whether there may be a frame to pull.
func (r *reader) pending() bool {
	return atomic.LoadInt32(r.arrived)-r.pulled > 0
}

// pull returns the oldest frame, or nil.
func (r *reader) pull(c *Chain) *C.GstLivekitFrame {
	arrived := atomic.LoadInt32(r.arrived)
	f := C.gst_livekit_chain_pull(c.c, c.returned.take())
	if f != nil {
		r.pulled++
	} else {
		r.pulled = arrived // all others were dropped
	}
	return f
}

// watch makes the end of ctx wake the reader. It is kept for the next call, because most calls of Next have the same
// ctx.
func (r *reader) watch(ctx context.Context, owner guard.Owner) {
	done := ctx.Done()
	if done == r.done {
		return
	}
	if r.stop != nil {
		r.stop()
		r.stop = nil
	}
	r.done = done
	if done != nil {
		r.stop = context.AfterFunc(ctx, guard.Func("chain: read no longer", owner, r.wake))
	}
}

// Next waits for the oldest decoded frame. If there is none, it returns io.EOF after End, the pipeline's error after a
// failure, ctx's error, or ErrInterrupted after interrupt was closed and Wake was called.
func (c *Chain) Next(ctx context.Context, interrupt <-chan struct{}) (Frame, error) {
	r := &c.reader
	r.watch(ctx, c)
	for {
		r.seen = r.wakes.Load()
		// All frames from before the end are in the appsink when err is set.
		err := c.end()
		if r.pending() {
			if f := r.pull(c); f != nil {
				return newFrame(c, f), nil
			}
			continue
		}
		if err != nil {
			return Frame{}, err
		}
		select {
		case <-interrupt:
			return Frame{}, ErrInterrupted
		case <-ctx.Done():
			return Frame{}, ctx.Err()
		default:
		}
		if err := r.raw.Read(r.woken); err != nil {
			return Frame{}, fmt.Errorf("wait for a frame: %w", err)
		}
	}
}

// Wake makes a waiting Next check its interrupt.
func (c *Chain) Wake() { c.reader.wake() }
