package caps_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestCapsOfAFormatNameItAndNothingElse(t *testing.T) {
	for _, n := range names {
		if got, want := n.typ.Caps(), "video/x-raw, format=(string)"+n.gstreamer; got != want {
			t.Errorf("%v.Caps() = %q, want %q", n.typ, got, want)
		}
	}
}

func TestTemplateCapsHaveEveryFormatAndSize(t *testing.T) {
	const want = "video/x-raw, format=(string){ RGBA, ABGR, ARGB, BGRA, RGB, I420, A420, Y42B, Y444, I420_10LE, NV12 }, " +
		"width=(int)[ 1, 2147483647 ], height=(int)[ 1, 2147483647 ], framerate=(fraction)[ 0/1, 2147483647/1 ]"
	if got := caps.TemplateCaps(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
