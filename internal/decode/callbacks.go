package decode

/*
#include <stdint.h>
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"time"
)

// The functions below are called from GStreamer's streaming threads, for what is
// rare: see reader for what comes with each frame. None of them blocks, and none
// lets a panic reach C, where it would abort the process.

func chainOf(handle C.uintptr_t) *Chain {
	return cgo.Handle(handle).Value().(*Chain)
}

func (c *Chain) recoverPanic() {
	if p := recover(); p != nil {
		c.fail(fmt.Errorf("panic in a decode callback: %v", p))
	}
}

func (c *Chain) fail(err error) {
	c.mu.Lock()
	if c.err == nil {
		c.err = err
	}
	c.mu.Unlock()
	c.reader.wake()
}

// livekitDecodeFreed says that no callback comes any more: until then the handle can be
// looked up.
//
//export livekitDecodeFreed
func livekitDecodeFreed(handle C.uintptr_t) { cgo.Handle(handle).Delete() }

// livekitDecodeKeyFrameWanted has the moment in ns on g_get_monotonic_time's clock;
// negative is at once.
//
//export livekitDecodeKeyFrameWanted
func livekitDecodeKeyFrameWanted(handle C.uintptr_t, at C.int64_t) {
	c := chainOf(handle)
	defer c.recoverPanic()
	if c.config.KeyFrameWanted == nil {
		return
	}
	if at < 0 {
		c.config.KeyFrameWanted(time.Time{})
		return
	}
	c.config.KeyFrameWanted(c.anchor.time(int64(at)))
}

//export livekitDecodeSized
func livekitDecodeSized(handle C.uintptr_t, width, height C.int) {
	c := chainOf(handle)
	defer c.recoverPanic()
	if c.config.Sized != nil {
		c.config.Sized(int(width), int(height))
	}
}

//export livekitDecodeEnded
func livekitDecodeEnded(handle C.uintptr_t) {
	c := chainOf(handle)
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
	c.reader.wake()
}

//export livekitDecodeError
func livekitDecodeError(handle C.uintptr_t, message, debug *C.char) {
	c := chainOf(handle)
	defer c.recoverPanic()
	c.fail(fmt.Errorf("decode %s: %s (%s)", c.config.Codec, C.GoString(message), C.GoString(debug)))
}

//export livekitDecodeWarning
func livekitDecodeWarning(handle C.uintptr_t, message, debug *C.char) {
	c := chainOf(handle)
	defer c.recoverPanic()
	if c.config.Warn != nil {
		c.config.Warn(C.GoString(message), C.GoString(debug))
	}
}

//export livekitDecodeDecoderFailed
func livekitDecodeDecoderFailed(handle C.uintptr_t, decoder *C.char) {
	c := chainOf(handle)
	defer c.recoverPanic()
	c.config.Bad.add(C.GoString(decoder))
}
