package caps_test

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
)

// tight is LiveKit's layout at odd sizes, each plane as offset, stride, row bytes and rows.
var tight = []struct {
	typ           caps.VideoBufferType
	width, height int
	size          int
	planes        []caps.Plane
}{
	{caps.RGBA, 1, 1, 4, []caps.Plane{{0, 4, 4, 1}}},
	{caps.RGBA, 3, 5, 60, []caps.Plane{{0, 12, 12, 5}}},
	{caps.RGBA, 319, 241, 307516, []caps.Plane{{0, 1276, 1276, 241}}},
	{caps.ABGR, 1, 1, 4, []caps.Plane{{0, 4, 4, 1}}},
	{caps.ABGR, 3, 5, 60, []caps.Plane{{0, 12, 12, 5}}},
	{caps.ABGR, 319, 241, 307516, []caps.Plane{{0, 1276, 1276, 241}}},
	{caps.ARGB, 1, 1, 4, []caps.Plane{{0, 4, 4, 1}}},
	{caps.ARGB, 3, 5, 60, []caps.Plane{{0, 12, 12, 5}}},
	{caps.ARGB, 319, 241, 307516, []caps.Plane{{0, 1276, 1276, 241}}},
	{caps.BGRA, 1, 1, 4, []caps.Plane{{0, 4, 4, 1}}},
	{caps.BGRA, 3, 5, 60, []caps.Plane{{0, 12, 12, 5}}},
	{caps.BGRA, 319, 241, 307516, []caps.Plane{{0, 1276, 1276, 241}}},
	{caps.RGB24, 1, 1, 3, []caps.Plane{{0, 3, 3, 1}}},
	{caps.RGB24, 3, 5, 45, []caps.Plane{{0, 9, 9, 5}}},
	{caps.RGB24, 319, 241, 230637, []caps.Plane{{0, 957, 957, 241}}},
	{caps.I420, 1, 1, 3, []caps.Plane{{0, 1, 1, 1}, {1, 1, 1, 1}, {2, 1, 1, 1}}},
	{caps.I420, 3, 5, 27, []caps.Plane{{0, 3, 3, 5}, {15, 2, 2, 3}, {21, 2, 2, 3}}},
	{caps.I420, 319, 241, 115599, []caps.Plane{{0, 319, 319, 241}, {76879, 160, 160, 121}, {96239, 160, 160, 121}}},
	{caps.I420A, 1, 1, 4, []caps.Plane{{0, 1, 1, 1}, {1, 1, 1, 1}, {2, 1, 1, 1}, {3, 1, 1, 1}}},
	{caps.I420A, 3, 5, 42, []caps.Plane{{0, 3, 3, 5}, {15, 2, 2, 3}, {21, 2, 2, 3}, {27, 3, 3, 5}}},
	{caps.I420A, 319, 241, 192478, []caps.Plane{{0, 319, 319, 241}, {76879, 160, 160, 121}, {96239, 160, 160, 121}, {115599, 319, 319, 241}}},
	{caps.I422, 1, 1, 3, []caps.Plane{{0, 1, 1, 1}, {1, 1, 1, 1}, {2, 1, 1, 1}}},
	{caps.I422, 3, 5, 35, []caps.Plane{{0, 3, 3, 5}, {15, 2, 2, 5}, {25, 2, 2, 5}}},
	{caps.I422, 319, 241, 153999, []caps.Plane{{0, 319, 319, 241}, {76879, 160, 160, 241}, {115439, 160, 160, 241}}},
	{caps.I444, 1, 1, 3, []caps.Plane{{0, 1, 1, 1}, {1, 1, 1, 1}, {2, 1, 1, 1}}},
	{caps.I444, 3, 5, 45, []caps.Plane{{0, 3, 3, 5}, {15, 3, 3, 5}, {30, 3, 3, 5}}},
	{caps.I444, 319, 241, 230637, []caps.Plane{{0, 319, 319, 241}, {76879, 319, 319, 241}, {153758, 319, 319, 241}}},
	{caps.I010, 1, 1, 6, []caps.Plane{{0, 2, 2, 1}, {2, 2, 2, 1}, {4, 2, 2, 1}}},
	{caps.I010, 3, 5, 54, []caps.Plane{{0, 6, 6, 5}, {30, 4, 4, 3}, {42, 4, 4, 3}}},
	{caps.I010, 319, 241, 231198, []caps.Plane{{0, 638, 638, 241}, {153758, 320, 320, 121}, {192478, 320, 320, 121}}},
	{caps.NV12, 1, 1, 3, []caps.Plane{{0, 1, 1, 1}, {1, 2, 2, 1}}},
	{caps.NV12, 3, 5, 27, []caps.Plane{{0, 3, 3, 5}, {15, 4, 4, 3}}},
	{caps.NV12, 319, 241, 115599, []caps.Plane{{0, 319, 319, 241}, {76879, 320, 320, 121}}},
}

func TestLayoutIsTightAtOddSizes(t *testing.T) {
	for _, want := range tight {
		got, err := want.typ.Layout(want.width, want.height)
		if err != nil {
			t.Errorf("%v %dx%d: %v", want.typ, want.width, want.height, err)
			continue
		}
		if diff := cmp.Diff(caps.Layout{Planes: want.planes, Size: want.size}, got); diff != "" {
			t.Errorf("%v %dx%d (-want +got):\n%s", want.typ, want.width, want.height, diff)
		}
		if !got.Tight() {
			t.Errorf("%v %dx%d is not Tight", want.typ, want.width, want.height)
		}
	}
}

func TestGStreamerLayoutEqualsGStreamer(t *testing.T) {
	f, err := os.Open("testdata/gstreamer-1.22-layouts.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := map[caps.VideoBufferType]int{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		var format string
		var width, height int
		if _, err := fmt.Sscan(lines.Text(), &format, &width, &height); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		typ, err := caps.FromFormat(format)
		if err != nil {
			t.Fatal(err)
		}
		got, err := typ.GStreamerLayout(width, height)
		if err != nil {
			t.Errorf("%s: %v", lines.Text(), err)
			continue
		}
		line := fmt.Sprint(format, " ", width, " ", height, " ", got.Size)
		for _, p := range got.Planes {
			line += fmt.Sprintf(" %d+%d", p.Offset, p.Stride)
		}
		if line != lines.Text() {
			t.Errorf("got  %s\nwant %s", line, lines.Text())
		}
		seen[typ]++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for _, typ := range caps.Types() {
		if seen[typ] < 40 {
			t.Errorf("only %d sizes of %v in the table", seen[typ], typ)
		}
	}
}

// The pixels of a plane are the same number in both layouts: only what lies between them differs.
func TestLayoutsHaveTheSameRows(t *testing.T) {
	for _, want := range tight {
		got, err := want.typ.GStreamerLayout(want.width, want.height)
		if err != nil {
			t.Errorf("%v %dx%d: %v", want.typ, want.width, want.height, err)
			continue
		}
		checkPlanes(t, got)
		for i, p := range got.Planes {
			if p.Width != want.planes[i].Width || p.Height != want.planes[i].Height {
				t.Errorf("%v %dx%d plane %d: %+v, want rows of %+v", want.typ, want.width, want.height, i, p, want.planes[i])
			}
		}
	}
}

// checkPlanes checks that planes follow each other without overlap and that all of them lie in the frame.
func checkPlanes(t *testing.T, l caps.Layout) {
	t.Helper()
	end := 0
	for i, p := range l.Planes {
		if p.Offset < end || p.Stride < p.Width || p.Width < 1 || p.Height < 1 {
			t.Errorf("plane %d of %+v overlaps or is empty", i, l)
		}
		end = p.Offset + p.Stride*(p.Height-1) + p.Width
	}
	if end > l.Size || l.Size > caps.MaxSize {
		t.Errorf("planes of %+v end at %d", l, end)
	}
}

func TestGStreamerLayoutIsTightWhenNothingIsPadded(t *testing.T) {
	tests := []struct {
		typ           caps.VideoBufferType
		width, height int
		want          bool
	}{
		{caps.RGBA, 1, 1, true},
		{caps.RGBA, 319, 241, true},
		{caps.RGB24, 320, 241, true},
		{caps.RGB24, 319, 241, false},
		{caps.I420, 640, 480, true},
		{caps.I420, 640, 479, false}, // one more luma row
		{caps.I420, 636, 480, false}, // chroma rows of 318 bytes
		{caps.I420A, 640, 480, true},
		{caps.I420A, 640, 479, false},
		{caps.I422, 640, 479, true},
		{caps.I422, 636, 480, false},
		{caps.I444, 636, 479, true},
		{caps.I444, 635, 480, false},
		{caps.I010, 636, 480, true},
		{caps.I010, 634, 480, false},
		{caps.NV12, 636, 480, true},
		{caps.NV12, 636, 479, false},
		{caps.NV12, 638, 480, false},
	}
	for _, tt := range tests {
		l, err := tt.typ.GStreamerLayout(tt.width, tt.height)
		if err != nil {
			t.Errorf("%v %dx%d: %v", tt.typ, tt.width, tt.height, err)
		} else if l.Tight() != tt.want {
			t.Errorf("%v %dx%d: Tight() = %v, want %v", tt.typ, tt.width, tt.height, l.Tight(), tt.want)
		}
	}
}

func TestTightSeesEveryKindOfPadding(t *testing.T) {
	base := func() caps.Layout {
		return caps.Layout{Planes: []caps.Plane{{0, 4, 4, 2}, {8, 4, 4, 1}}, Size: 12}
	}
	if !base().Tight() {
		t.Fatal("a layout without padding is not Tight")
	}
	padded := map[string]func(*caps.Layout){
		"before the first plane": func(l *caps.Layout) { l.Planes[0].Offset = 4 },
		"after a row":            func(l *caps.Layout) { l.Planes[0].Stride = 8 },
		"between planes":         func(l *caps.Layout) { l.Planes[1].Offset = 16 },
		"planes in other order":  func(l *caps.Layout) { l.Planes[0], l.Planes[1] = l.Planes[1], l.Planes[0] },
		"upside down":            func(l *caps.Layout) { l.Planes[0].Stride = -4 },
		"after the last plane":   func(l *caps.Layout) { l.Size = 16 },
	}
	for name, pad := range padded {
		l := base()
		pad(&l)
		if l.Tight() {
			t.Errorf("%s: %+v is Tight", name, l)
		}
	}
}

func TestLayoutRefusesImpossibleSizes(t *testing.T) {
	sizes := [][2]int{
		{0, 1},
		{1, 0},
		{0, 0},
		{-1, 1},
		{1, -1},
		{math.MinInt, math.MinInt},
		{math.MaxInt, 1},
		{1, math.MaxInt},
		{math.MaxInt, math.MaxInt},
		{math.MaxInt32, math.MaxInt32},
		{math.MaxInt32, 2},
		{2, math.MaxInt32},
		{1 << 16, 1 << 15},
		{50000, 50000},
	}
	for _, typ := range caps.Types() {
		for _, s := range sizes {
			if l, err := typ.Layout(s[0], s[1]); !errors.Is(err, caps.ErrSize) {
				t.Errorf("%v.Layout(%d, %d) = %+v, %v, want ErrSize", typ, s[0], s[1], l, err)
			}
			if l, err := typ.GStreamerLayout(s[0], s[1]); !errors.Is(err, caps.ErrSize) {
				t.Errorf("%v.GStreamerLayout(%d, %d) = %+v, %v, want ErrSize", typ, s[0], s[1], l, err)
			}
		}
	}
}

func TestLayoutGoesUpToMaxSize(t *testing.T) {
	tests := []struct {
		typ           caps.VideoBufferType
		width, height int
		size          int // 0 = too large
	}{
		{caps.RGBA, 536870911, 1, 2147483644},
		{caps.RGBA, 536870912, 1, 0},
		{caps.RGB24, 715827882, 1, 2147483646},
		{caps.RGB24, 715827883, 1, 0},
		{caps.I420, 1, 715827881, 1431655763},
		{caps.I420, 1073741822, 1, 2147483644},
		{caps.NV12, 1073741823, 1, 2147483647},
		{caps.NV12, 1073741824, 1, 0},
		{caps.I444, 1, 715827882, 2147483646},
		{caps.I444, 1, 715827883, 0},
	}
	for _, tt := range tests {
		l, err := tt.typ.Layout(tt.width, tt.height)
		if l.Size != tt.size || (tt.size == 0) != errors.Is(err, caps.ErrSize) {
			t.Errorf("%v %dx%d: size %d, %v, want %d", tt.typ, tt.width, tt.height, l.Size, err, tt.size)
		}
	}
}

func TestLayoutRefusesUnknownFormat(t *testing.T) {
	if _, err := caps.VideoBufferType(11).Layout(1, 1); !errors.Is(err, caps.ErrUnknownFormat) {
		t.Errorf("Layout: %v, want ErrUnknownFormat", err)
	}
	if _, err := caps.VideoBufferType(-1).GStreamerLayout(1, 1); !errors.Is(err, caps.ErrUnknownFormat) {
		t.Errorf("GStreamerLayout: %v, want ErrUnknownFormat", err)
	}
}

func FuzzLayout(f *testing.F) {
	for _, l := range tight {
		f.Add(int32(l.typ), l.width, l.height)
	}
	f.Add(int32(caps.I420A), math.MaxInt32, math.MaxInt32)
	f.Add(int32(-1), -1, 0)
	f.Fuzz(func(t *testing.T, typ int32, width, height int) {
		l, err := caps.VideoBufferType(typ).Layout(width, height)
		if err != nil {
			return
		}
		checkPlanes(t, l)
		if !l.Tight() {
			t.Errorf("%+v is not Tight", l)
		}
		if padded, err := caps.VideoBufferType(typ).GStreamerLayout(width, height); err == nil {
			checkPlanes(t, padded)
			if padded.Size < l.Size {
				t.Errorf("%+v is smaller than %+v", padded, l)
			}
		}
	})
}
