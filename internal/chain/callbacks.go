package chain

/*
#include <stdint.h>
#include "chain.h"
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// The functions below are called from GStreamer's streaming threads, but only for rare events: frames go through
// reader. None of them blocks, and none lets a panic reach C, where it would abort the process.

// withChain calls f with a chain, unless the chain has been closed.
func withChain(place string, handle C.uintptr_t, f func(c *Chain)) {
	if c, ok := guard.Value[*Chain](cgo.Handle(handle)); ok {
		guard.Do(place, c, func() { f(c) })
	}
}

// Panicked implements guard.Owner: the chain fails.
func (c *Chain) Panicked(err *guard.Error) { c.fail(err) }

func (c *Chain) fail(err error) {
	c.mu.Lock()
	if c.err == nil {
		c.err = err
	}
	c.mu.Unlock()
	c.reader.wake()
}

// livekitChainFreed is the last callback of a chain. The handle is valid until then.
//
//export livekitChainFreed
func livekitChainFreed(handle C.uintptr_t) {
	guard.Do("chain: freed", nil, cgo.Handle(handle).Delete)
}

// livekitChainKeyFrameWanted gets the moment in ns on g_get_monotonic_time's clock; a negative one means at once.
//
//export livekitChainKeyFrameWanted
func livekitChainKeyFrameWanted(handle C.uintptr_t, at C.int64_t) {
	withChain("chain: key frame wanted", handle, func(c *Chain) {
		switch {
		case c.config.KeyFrameWanted == nil:
		case at < 0:
			c.config.KeyFrameWanted(time.Time{})
		default:
			c.config.KeyFrameWanted(c.anchor.time(int64(at)))
		}
	})
}

//export livekitChainSized
func livekitChainSized(handle C.uintptr_t, width, height C.int) {
	withChain("chain: sized", handle, func(c *Chain) {
		if c.config.Sized != nil {
			c.config.Sized(int(width), int(height))
		}
	})
}

// livekitChainBegins reports whether a stream that is not decoded may begin with pictures of this size.
//
//export livekitChainBegins
func livekitChainBegins(handle C.uintptr_t, width, height C.int) (begins C.int) {
	withChain("chain: begins", handle, func(c *Chain) {
		if c.config.Begins == nil || c.config.Begins(int(width), int(height)) {
			begins = 1
		}
	})
	return begins
}

//export livekitChainEnded
func livekitChainEnded(handle C.uintptr_t) {
	withChain("chain: ended", handle, func(c *Chain) {
		c.mu.Lock()
		c.ended = true
		c.mu.Unlock()
		c.reader.wake()
	})
}

// livekitChainMessage gets an error or a warning of the chain.
//
//export livekitChainMessage
func livekitChainMessage(handle C.uintptr_t, isError C.int, message, debug *C.char) {
	withChain("chain: message", handle, func(c *Chain) {
		switch {
		case isError != 0:
			c.fail(fmt.Errorf("decode %s: %s (%s)", c.config.Codec, C.GoString(message), C.GoString(debug)))
		case c.config.Warn != nil:
			c.config.Warn(C.GoString(message), C.GoString(debug))
		}
	})
}

//export livekitChainDecoderFailed
func livekitChainDecoderFailed(handle C.uintptr_t, decoder *C.char) {
	withChain("chain: decoder failed", handle, func(c *Chain) { c.config.Bad.add(C.GoString(decoder)) })
}

// livekitChainStumbled is called when the chain could not continue with the stream. It gets the decoder's name, NULL
// without one, and how many pictures it had decoded.
//
//export livekitChainStumbled
func livekitChainStumbled(handle C.uintptr_t, decoder *C.char, decoded C.int) (what C.GstLivekitStumbled) {
	withChain("chain: stumbled", handle, func(c *Chain) {
		what = C.GstLivekitStumbled(c.config.Bad.stumbled(C.GoString(decoder), int(decoded), time.Now()))
	})
	return what
}
