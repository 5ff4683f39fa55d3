package engine

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// ending is how a stream of any medium ends, and why. It may be used from any goroutine.
type ending struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when nothing more is received
	onEnd  func(error)   // Config.OnEnd
	failed func()        // called after a failure; nil for nothing
	log    *slog.Logger

	mu     sync.Mutex // not held while calling anything
	err    error      // why receiving ended; set before done is closed
	broken error      // why no more frames can be read
	told   error      // the reason passed to onEnd
}

// End stops receiving; what was received so far still comes out.
func (e *ending) End() { e.cancel() }

// Done is closed when nothing more is received.
func (e *ending) Done() <-chan struct{} { return e.done }

// Err returns why receiving ended: io.EOF for an ordinary end, nil before it.
func (e *ending) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

// endsAtMuxer reports whether the end is an ordinary one, and comes to a muxer behind the pad, which may be nil.
func (e *ending) endsAtMuxer(pad *chain.Pad) bool {
	return pad != nil && errors.Is(e.Err(), io.EOF) && pad.LeadsToMuxer()
}

// fail ends the stream because a frame cannot be returned or because of an internal error. The first reason is kept.
func (e *ending) fail(err error) {
	e.mu.Lock()
	if e.broken == nil {
		e.broken = err
	}
	e.mu.Unlock()
	e.cancel()
	if e.failed != nil {
		e.failed()
	}
}

// whyBroken returns why no more frames can be read, or nil.
func (e *ending) whyBroken() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.broken
}

// Panicked implements guard.Owner: the panic ends the stream with an error.
func (e *ending) Panicked(err *guard.Error) {
	e.log.Error(err.Error(), "stack", string(err.Stack))
	e.fail(err)
}

// ended records why there is nothing more to receive.
func (e *ending) ended(err error) {
	var internal *guard.Error
	if errors.As(err, &internal) {
		e.Panicked(internal)
		return
	}
	if err == nil || errors.Is(err, context.Canceled) {
		err = io.EOF
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.err = err
}

// report calls onEnd with the reason, unless it was called with that before.
func (e *ending) report() {
	e.mu.Lock()
	if e.broken != nil {
		e.err = e.broken
	}
	err, told := e.err, e.told
	e.told = err
	e.mu.Unlock()
	if e.onEnd != nil && !errors.Is(err, told) {
		e.onEnd(err)
	}
}
