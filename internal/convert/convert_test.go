package convert

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func tight(t *testing.T, kind caps.VideoBufferType, width, height int, data []byte) Picture {
	t.Helper()
	layout, err := kind.Layout(width, height)
	if err != nil {
		t.Fatal(err)
	}
	p := Picture{Type: kind, Width: width, Height: height}
	for _, plane := range layout.Planes {
		p.Planes = append(p.Planes, Plane{Data: data[plane.Offset:][:plane.Stride*plane.Height], Stride: plane.Stride})
	}
	return p
}

// rgba makes a picture of one colour.
func rgba(width, height int, c testpicture.RGB) []byte {
	return bytes.Repeat([]byte{c.R, c.G, c.B, 255}, width*height)
}

func near(a, b, tolerance int) bool { return a-b <= tolerance && b-a <= tolerance }

// bytesOf is the colour c in every plane's bytes of a type, in the order of the
// type's samples: what the standard says, not what the converter does.
func bytesOf(kind caps.VideoBufferType, c testpicture.RGB) [][]int {
	yuv := c.YUV(testpicture.BT601)
	r, g, b, y, u, v := int(c.R), int(c.G), int(c.B), int(yuv.Y), int(yuv.U), int(yuv.V)
	switch kind {
	case caps.RGBA:
		return [][]int{{r, g, b, 255}}
	case caps.ABGR:
		return [][]int{{255, b, g, r}}
	case caps.ARGB:
		return [][]int{{255, r, g, b}}
	case caps.BGRA:
		return [][]int{{b, g, r, 255}}
	case caps.RGB24:
		return [][]int{{r, g, b}}
	case caps.I420, caps.I422, caps.I444:
		return [][]int{{y}, {u}, {v}}
	case caps.I420A:
		return [][]int{{y}, {u}, {v}, {255}}
	case caps.NV12:
		return [][]int{{y}, {u, v}}
	case caps.I010:
		return [][]int{{y}, {u}, {v}} // 16 bits each, compared after scaling
	}
	panic(kind)
}

func checkColour(t *testing.T, p Picture, c testpicture.RGB, tolerance int) {
	t.Helper()
	layout, _ := p.Type.Layout(p.Width, p.Height)
	for i, samples := range bytesOf(p.Type, c) {
		for y := range layout.Planes[i].Height {
			row := p.Planes[i].Data[y*p.Planes[i].Stride:][:layout.Planes[i].Width]
			for x := 0; ; x++ {
				value, ok := sample(p.Type, row, x)
				if !ok {
					break
				}
				if want := samples[x%len(samples)]; !near(value, want, tolerance) {
					t.Fatalf("%s plane %d row %d sample %d is %d, want %d", p.Type, i, y, x, value, want)
				}
			}
		}
	}
}

func sample(kind caps.VideoBufferType, row []byte, x int) (int, bool) {
	if kind == caps.I010 {
		if 2*x >= len(row) {
			return 0, false
		}
		return (int(row[2*x]) | int(row[2*x+1])<<8) / 4, true
	}
	if x >= len(row) {
		return 0, false
	}
	return int(row[x]), true
}

var sizes = []image.Point{{1, 1}, {1, 2}, {2, 1}, {3, 5}, {16, 16}, {319, 241}}

func TestEveryPairKeepsTheColour(t *testing.T) {
	colour := testpicture.RGB{R: 191, G: 30, B: 110}
	for _, from := range caps.Types() {
		for _, to := range caps.Types() {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				for _, size := range sizes {
					first, err := Convert(tight(t, caps.RGBA, size.X, size.Y, rgba(size.X, size.Y, colour)), from, false)
					if err != nil {
						t.Fatal(err)
					}
					second, err := Convert(tight(t, from, size.X, size.Y, first), to, false)
					if err != nil {
						t.Fatal(err)
					}
					checkColour(t, tight(t, to, size.X, size.Y, second), colour, 4)
				}
			})
		}
	}
}

func TestConvertWritesNothingBehindTheResult(t *testing.T) {
	const guard = 4096
	for _, from := range caps.Types() {
		for _, to := range caps.Types() {
			if from == to {
				continue
			}
			for _, size := range sizes {
				source, err := from.Layout(size.X, size.Y)
				if err != nil {
					t.Fatal(err)
				}
				layout, err := to.Layout(size.X, size.Y)
				if err != nil {
					t.Fatal(err)
				}
				p := tight(t, from, size.X, size.Y, make([]byte, source.Size))
				memory := bytes.Repeat([]byte{0xa5}, layout.Size+guard)
				if err := p.into(memory, layout, to, false); err != nil {
					t.Fatal(err)
				}
				if i := bytes.IndexFunc(memory[layout.Size:], func(r rune) bool { return r == 0 }); i >= 0 {
					t.Errorf("%s to %s at %v wrote %d bytes behind the result", from, to, size, i)
				}
			}
		}
	}
}

func TestFlipPutsTheLastRowFirst(t *testing.T) {
	for _, kind := range caps.Types() {
		for _, size := range sizes {
			layout, err := kind.Layout(size.X, size.Y)
			if err != nil {
				t.Fatal(err)
			}
			data := make([]byte, layout.Size)
			for _, plane := range layout.Planes {
				for y := range plane.Height {
					row := data[plane.Offset+y*plane.Stride:][:plane.Width]
					for x := range row {
						row[x] = byte(y)
					}
				}
			}
			flipped, err := Convert(tight(t, kind, size.X, size.Y, data), kind, true)
			if err != nil {
				t.Fatal(err)
			}
			for i, plane := range layout.Planes {
				for y := range plane.Height {
					for _, b := range flipped[plane.Offset+y*plane.Stride:][:plane.Width] {
						if want := byte(plane.Height - 1 - y); b != want {
							t.Fatalf("%s %v plane %d row %d is row %d, want %d", kind, size, i, y, b, want)
						}
					}
				}
			}
		}
	}
}

func TestConvertTakesPaddedRows(t *testing.T) {
	colour := testpicture.RGB{R: 20, G: 200, B: 90}
	const width, height, padding = 5, 4, 64
	row := append(rgba(width, 1, colour), make([]byte, padding)...)
	p := Picture{
		Type: caps.RGBA, Width: width, Height: height,
		Planes: []Plane{{Data: bytes.Repeat(row, height), Stride: len(row)}},
	}
	for _, to := range caps.Types() {
		data, err := Convert(p, to, false)
		if err != nil {
			t.Fatal(err)
		}
		checkColour(t, tight(t, to, width, height, data), colour, 3)
	}
}

func TestColorimetryOfTheSourceCounts(t *testing.T) {
	red := testpicture.RGB{R: 191}
	yuv := red.YUV(testpicture.BT709)
	p := tight(t, caps.I444, 1, 1, []byte{yuv.Y, yuv.U, yuv.V})
	p.Colorimetry = Colorimetry{Range: 2, Matrix: 3, Transfer: 5, Primaries: 1} // GST_VIDEO_COLORIMETRY_BT709
	data, err := Convert(p, caps.RGBA, false)
	if err != nil {
		t.Fatal(err)
	}
	checkColour(t, tight(t, caps.RGBA, 1, 1, data), red, 3)
}

func TestConvertRefusesWhatCannotBe(t *testing.T) {
	whole := tight(t, caps.RGBA, 2, 2, make([]byte, 16))
	short := whole
	short.Planes = []Plane{{Data: make([]byte, 15), Stride: 8}}
	none := whole
	none.Planes = nil
	for name, test := range map[string]struct {
		picture Picture
		to      caps.VideoBufferType
		want    error
	}{
		"unknown result":   {whole, 42, caps.ErrUnknownFormat},
		"unknown source":   {Picture{Type: -1, Width: 2, Height: 2}, caps.I420, caps.ErrUnknownFormat},
		"no size":          {Picture{Type: caps.RGBA}, caps.I420, caps.ErrSize},
		"plane too short":  {short, caps.I420, nil},
		"planes missing":   {none, caps.I420, nil},
		"stride too short": {Picture{Type: caps.RGBA, Width: 2, Height: 1, Planes: []Plane{{Data: make([]byte, 16), Stride: 4}}}, caps.I420, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Convert(test.picture, test.to, false)
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func BenchmarkConvert(b *testing.B) {
	layout, err := caps.I420.Layout(1280, 720)
	if err != nil {
		b.Fatal(err)
	}
	data := make([]byte, layout.Size)
	p := Picture{Type: caps.I420, Width: 1280, Height: 720}
	for _, plane := range layout.Planes {
		p.Planes = append(p.Planes, Plane{Data: data[plane.Offset:][:plane.Stride*plane.Height], Stride: plane.Stride})
	}
	for _, to := range []caps.VideoBufferType{caps.RGBA, caps.RGB24, caps.NV12, caps.I420} {
		b.Run(to.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Convert(p, to, false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
