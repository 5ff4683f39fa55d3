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

// reader is the end of a chain that frames are read from. A reader that waits is parked in Go's own poller, with an
// eventfd that GStreamer's threads write to: that wakes it without their entering Go.
//
// The eventfd is never read. The poller is edge-triggered, and each write is an edge; what the edge was about is looked
// up, in arrived and wakes, after the poller has been armed. So no wake-up is lost, and none costs a further system
// call.
type reader struct {
	event *os.File
	raw   syscall.RawConn
	fd    C.int                 // for C
	woken func(fd uintptr) bool // made once, because it is needed for each frame

	arrived *int32        // in C: frames that there were to pull; atomic
	wakes   atomic.Uint32 // calls of wake

	// The rest belongs to Next.
	pulled int32  // of those that arrived, the dropped ones among them
	seen   uint32 // of the wakes
	done   <-chan struct{}
	stop   func() bool // of what wakes the reader when done is closed, or nil
}

// one is what is added to the eventfd's counter, which would take centuries to be full.
var one = func() (b [8]byte) {
	binary.NativeEndian.PutUint64(b[:], 1)
	return b
}()

// open makes the eventfd, which C gets before there are frames to count.
func (r *reader) open() error {
	fd, err := C.eventfd(0, C.EFD_CLOEXEC|C.EFD_NONBLOCK)
	if fd < 0 {
		return fmt.Errorf("make an eventfd to wait for frames with: %w", err)
	}
	r.fd = fd
	r.event = os.NewFile(uintptr(fd), "eventfd")
	r.raw, err = r.event.SyscallConn()
	if err == nil {
		err = r.event.SetReadDeadline(time.Time{}) // fails if Go's poller did not take it
	}
	if err != nil {
		return fmt.Errorf("wait for frames with an eventfd: %w", err)
	}
	r.woken = func(uintptr) bool { return r.pending() || r.wakes.Load() != r.seen }
	return nil
}

// close is called when neither a thread of GStreamer's nor Next uses the reader any more.
func (r *reader) close() {
	if r.stop != nil {
		r.stop()
	}
	if r.event != nil {
		_ = r.event.Close()
	}
}

// wake makes Next look around. It may be called at any time from any goroutine, also after close.
func (r *reader) wake() {
	if r.event == nil {
		return // of a chain with a pad
	}
	r.wakes.Add(1)
	_, _ = r.event.Write(one[:])
}

// pending reports whether there may be a frame to pull.
func (r *reader) pending() bool {
	return atomic.LoadInt32(r.arrived)-r.pulled > 0
}

// pull takes the oldest frame, if there is one.
func (r *reader) pull(c *Chain) *C.GstLivekitFrame {
	arrived := atomic.LoadInt32(r.arrived)
	f := C.gst_livekit_chain_pull(c.c, c.returned.take())
	if f != nil {
		r.pulled++
	} else {
		r.pulled = arrived // they were all dropped
	}
	return f
}

// watch has ctx wake the reader, from one Next to the other: most are called with the same one.
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

// Next waits for the oldest decoded frame. Without one it returns io.EOF after
// End, the pipeline's error if it failed, ctx's error, or ErrInterrupted once
// interrupt is closed and Wake was called.
func (c *Chain) Next(ctx context.Context, interrupt <-chan struct{}) (Frame, error) {
	r := &c.reader
	r.watch(ctx, c)
	for {
		r.seen = r.wakes.Load()
		// What came before the end is in the appsink by the time the end shows.
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

// Wake makes a Next that waits look at its interrupt.
func (c *Chain) Wake() { c.reader.wake() }
