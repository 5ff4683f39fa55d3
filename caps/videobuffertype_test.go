package caps_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
)

// names are written out again from LiveKit's video_frame.proto and from GStreamer's list of GstVideoFormat.
var names = []struct {
	typ       caps.VideoBufferType
	number    int32
	livekit   string
	gstreamer string
}{
	{caps.RGBA, 0, "RGBA", "RGBA"},
	{caps.ABGR, 1, "ABGR", "ABGR"},
	{caps.ARGB, 2, "ARGB", "ARGB"},
	{caps.BGRA, 3, "BGRA", "BGRA"},
	{caps.RGB24, 4, "RGB24", "RGB"},
	{caps.I420, 5, "I420", "I420"},
	{caps.I420A, 6, "I420A", "A420"},
	{caps.I422, 7, "I422", "Y42B"},
	{caps.I444, 8, "I444", "Y444"},
	{caps.I010, 9, "I010", "I420_10LE"},
	{caps.NV12, 10, "NV12", "NV12"},
}

func TestTypesHaveTheFrozenNumbersAndNames(t *testing.T) {
	var types []caps.VideoBufferType
	for _, n := range names {
		types = append(types, n.typ)
		if int32(n.typ) != n.number {
			t.Errorf("%v is %d, want %d", n.typ, n.typ, n.number)
		}
		if !n.typ.Valid() || n.typ.String() != n.livekit || n.typ.Format() != n.gstreamer {
			t.Errorf("%d: valid %v, String %q, Format %q", n.number, n.typ.Valid(), n.typ.String(), n.typ.Format())
		}
	}
	if diff := cmp.Diff(types, caps.Types()); diff != "" {
		t.Errorf("Types (-want +got):\n%s", diff)
	}
}

func TestTypesAreTheCallersSlice(t *testing.T) {
	caps.Types()[0] = caps.NV12
	if got := caps.Types()[0]; got != caps.RGBA {
		t.Errorf("Types()[0] = %v after a caller changed its copy", got)
	}
}

func TestUnknownNumberIsNotValid(t *testing.T) {
	for _, typ := range []caps.VideoBufferType{-1, 11, 1 << 30} {
		if typ.Valid() || typ.Format() != "" || typ.Caps() != "" {
			t.Errorf("%d: valid %v, Format %q, Caps %q", int32(typ), typ.Valid(), typ.Format(), typ.Caps())
		}
	}
	if got := caps.VideoBufferType(42).String(); got != "VideoBufferType(42)" {
		t.Errorf("String() = %q", got)
	}
}

func TestParseTakesBothNamesInAnyCase(t *testing.T) {
	for _, n := range names {
		for _, name := range []string{n.livekit, n.gstreamer, strings.ToLower(n.livekit), strings.ToLower(n.gstreamer)} {
			if got, err := caps.Parse(name); err != nil || got != n.typ {
				t.Errorf("Parse(%q) = %v, %v, want %v", name, got, err, n.typ)
			}
		}
	}
}

func TestParseErrorListsEveryName(t *testing.T) {
	for _, name := range []string{"", "YUY2", " NV12", "I420 "} {
		_, err := caps.Parse(name)
		if !errors.Is(err, caps.ErrUnknownFormat) {
			t.Fatalf("Parse(%q): %v, want ErrUnknownFormat", name, err)
		}
		for _, n := range names {
			if !strings.Contains(err.Error(), n.livekit) || !strings.Contains(err.Error(), n.gstreamer) {
				t.Errorf("Parse(%q): %v does not name %s", name, err, n.livekit)
			}
		}
	}
}

func TestFromFormatTakesGStreamerNamesOnly(t *testing.T) {
	for _, n := range names {
		if got, err := caps.FromFormat(n.gstreamer); err != nil || got != n.typ {
			t.Errorf("FromFormat(%q) = %v, %v, want %v", n.gstreamer, got, err, n.typ)
		}
	}
	for _, name := range []string{"", "nv12", "RGB24", "I420A", "DMA_DRM"} {
		if got, err := caps.FromFormat(name); !errors.Is(err, caps.ErrUnknownFormat) {
			t.Errorf("FromFormat(%q) = %v, %v, want ErrUnknownFormat", name, got, err)
		}
	}
}
