package testdecoder

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-video-1.0
#include "decoder.h"
*/
import "C"

import (
	"sync"
	"testing"
)

// Kind is a way to fail. Each has a factory of its own, for VP8 and H.264.
type Kind int

// The decoders.
const (
	Unready Kind = C.GST_LIVEKIT_TEST_DECODER_UNREADY // does not reach READY: "There is no such device."
	Broken  Kind = C.GST_LIVEKIT_TEST_DECODER_BROKEN  // posts an error at the first frame: "The device does not answer."
	Silent  Kind = C.GST_LIVEKIT_TEST_DECODER_SILENT  // returns GST_FLOW_NOT_NEGOTIATED at the first frame
	Gone    Kind = C.GST_LIVEKIT_TEST_DECODER_GONE    // says so of its device at the first frame: "The device is gone."
	Late    Kind = C.GST_LIVEKIT_TEST_DECODER_LATE    // gives four frames, then fails as Broken
	Memory  Kind = C.GST_LIVEKIT_TEST_DECODER_MEMORY  // gives video/x-raw(memory:Test) if that is welcome
)

var register = sync.OnceValue(func() bool { return C.gst_livekit_test_decoder_register() != 0 })

// Name is the name of the decoder's factory.
func (k Kind) Name() string {
	return C.GoString(C.gst_livekit_test_decoder_name(C.GstLivekitTestDecoderKind(k)))
}

// Made is how many of them were made in this process.
func (k Kind) Made() int {
	return int(C.gst_livekit_test_decoder_made(C.GstLivekitTestDecoderKind(k)))
}

// Prefer puts decoders in front of all others until the test ends, the first one first. No other test may run.
func Prefer(t testing.TB, kinds ...Kind) {
	t.Helper()
	if !register() {
		t.Fatal("GStreamer refuses the test decoders")
	}
	for i, kind := range kinds {
		k := C.GstLivekitTestDecoderKind(kind)
		C.gst_livekit_test_decoder_prefer(k, C.guint(len(kinds)-i))
		t.Cleanup(func() { C.gst_livekit_test_decoder_prefer(k, 0) })
	}
}
