package testdecoder

/*
#include "slow.h"
*/
import "C"

import (
	"sync"
	"testing"
)

var registerSlow = sync.OnceValue(func() bool { return C.gst_livekit_test_slow_register() != 0 })

// PreferSlow has VP8 decoded by GStreamer's own decoder, but pictures wider than 640 pixels only half as fast as 30 of them
// a second need, until the test ends. No other test may run.
func PreferSlow(t testing.TB) {
	t.Helper()
	if !registerSlow() {
		t.Fatal("GStreamer refuses the slow decoder")
	}
	C.gst_livekit_test_slow_prefer(1)
	t.Cleanup(func() { C.gst_livekit_test_slow_prefer(0) })
}
