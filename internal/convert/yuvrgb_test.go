package convert

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

// maxError is how far a sample may be from the real number: 0.5 for the 8 bits that it has, and a little for
// arithmetic in 16 bits.
const maxError = 0.6

// colorimetries are what GStreamer can say of YUV, with the luma weights of red and blue that the standards give.
var colorimetries = []struct {
	name      string
	c         Colorimetry
	red, blue float64
	full      bool
}{
	{"nothing said", Colorimetry{}, 0.299, 0.114, false},
	{"BT.601 video range", Colorimetry{Range: 2, Matrix: 4, Transfer: 16, Primaries: 4}, 0.299, 0.114, false},
	{"BT.601 full range", Colorimetry{Range: 1, Matrix: 4}, 0.299, 0.114, true},
	{"BT.709 video range", Colorimetry{Range: 2, Matrix: 3, Transfer: 5, Primaries: 1}, 0.2126, 0.0722, false},
	{"BT.709 full range", Colorimetry{Range: 1, Matrix: 3}, 0.2126, 0.0722, true},
	{"BT.2020 video range", Colorimetry{Range: 2, Matrix: 6, Transfer: 13, Primaries: 7}, 0.2627, 0.0593, false},
	{"BT.2020 full range", Colorimetry{Range: 1, Matrix: 6}, 0.2627, 0.0593, true},
	{"SMPTE 240M, range unknown", Colorimetry{Matrix: 5}, 0.212, 0.087, false},
}

var (
	yuvTypes = []caps.VideoBufferType{caps.I420, caps.I420A, caps.I422, caps.I444, caps.NV12}
	rgbTypes = []caps.VideoBufferType{caps.RGBA, caps.ABGR, caps.ARGB, caps.BGRA, caps.RGB24}
)

// orders are the positions of red, green, blue and alpha in a pixel.
var orders = map[caps.VideoBufferType][]int{
	caps.RGBA:  {0, 1, 2, 3},
	caps.ABGR:  {3, 2, 1, 0},
	caps.ARGB:  {1, 2, 3, 0},
	caps.BGRA:  {2, 1, 0, 3},
	caps.RGB24: {0, 1, 2},
}

// exactRGB is Recommendation ITU-T H.273, section 8.3, in real numbers, clamped to what 8 bits can hold.
func exactRGB(red, blue float64, full bool) func(y, u, v byte) [3]float64 {
	black, luma, chroma := 16.0, 255.0/219, 255.0/224
	if full {
		black, luma, chroma = 0, 1, 1
	}
	return func(y, u, v byte) [3]float64 {
		l, cb, cr := luma*(float64(y)-black), chroma*(float64(u)-128), chroma*(float64(v)-128)
		r := l + 2*(1-red)*cr
		b := l + 2*(1-blue)*cb
		g := (l - red*r - blue*b) / (1 - red - blue)
		return [3]float64{clamp(r), clamp(g), clamp(b)}
	}
}

func clamp(x float64) float64 { return min(max(x, 0), 255) }

// mustConvertYUV converts with the processor's wider vectors and without. The result is at an odd address, to take no
// alignment for granted, and nothing beside it may be written.
func mustConvertYUV(t *testing.T, p Picture, to caps.VideoBufferType, flipped bool) []byte {
	t.Helper()
	const guard = 64
	layout, err := to.Layout(p.Width, p.Height)
	if err != nil {
		t.Fatal(err)
	}
	convert := func() []byte {
		memory := bytes.Repeat([]byte{0xa5}, 1+layout.Size+guard)
		if !p.yuvToRGB(memory[1:], to, flipped) {
			t.Fatal("not converted")
		}
		if memory[0] != 0xa5 || bytes.Count(memory[1+layout.Size:], []byte{0xa5}) != guard {
			t.Fatalf("%dx%d: wrote beside the result", p.Width, p.Height)
		}
		return memory[1:][:layout.Size]
	}
	best := convert()
	plain = true
	defer func() { plain = false }()
	if !bytes.Equal(best, convert()) {
		t.Fatalf("%dx%d: the code for other processors gives another picture", p.Width, p.Height)
	}
	return best
}

// TestEveryColourIsNearest goes through every chroma, and every 17th luma and those at the ends of the ranges.
func TestEveryColourIsNearest(t *testing.T) {
	var lumas []byte
	for y := 0; y < 256; y += 17 {
		lumas = append(lumas, byte(y))
	}
	lumas = append(lumas, 15, 16, 234, 235)
	var ys, us, vs []byte
	for _, y := range lumas {
		for u := range 256 {
			for v := range 256 {
				ys, us, vs = append(ys, y), append(us, byte(u)), append(vs, byte(v))
			}
		}
	}
	p := Picture{
		Type: caps.I444, Width: 256, Height: len(ys) / 256,
		Planes: []Plane{{Data: ys, Stride: 256}, {Data: us, Stride: 256}, {Data: vs, Stride: 256}},
	}
	for _, colorimetry := range colorimetries {
		t.Run(colorimetry.name, func(t *testing.T) {
			p := p
			p.Colorimetry = colorimetry.c
			got := mustConvertYUV(t, p, caps.RGB24, false)
			exact := exactRGB(colorimetry.red, colorimetry.blue, colorimetry.full)
			worst := 0.0
			for i, y := range ys {
				for c, want := range exact(y, us[i], vs[i]) {
					off := math.Abs(float64(got[3*i+c]) - want)
					if off > maxError {
						t.Fatalf("Y %d U %d V %d is %v, want %v", y, us[i], vs[i], got[3*i:3*i+3], exact(y, us[i], vs[i]))
					}
					worst = max(worst, off)
				}
			}
			t.Logf("at most %.3f off", worst)
		})
	}
}

// randomPicture has random samples, and as many bytes behind each row as padding says.
func randomPicture(t *testing.T, random *rand.Rand, kind caps.VideoBufferType, size image.Point, padding int) Picture {
	t.Helper()
	layout, err := kind.Layout(size.X, size.Y)
	if err != nil {
		t.Fatal(err)
	}
	p := Picture{Type: kind, Width: size.X, Height: size.Y}
	for i, plane := range layout.Planes {
		stride := plane.Width + padding*(i+1)
		data := make([]byte, stride*(plane.Height-1)+plane.Width)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		p.Planes = append(p.Planes, Plane{Data: data, Stride: stride})
	}
	return p
}

// samplesAt are Y, U, V and alpha of a pixel, with the chroma sample that it lies in.
func samplesAt(p Picture, x, y int) (luma, u, v, alpha byte) {
	at := func(plane, x, y int) byte { return p.Planes[plane].Data[y*p.Planes[plane].Stride+x] }
	luma, alpha = at(0, x, y), 255
	switch p.Type {
	case caps.I444:
		return luma, at(1, x, y), at(2, x, y), alpha
	case caps.I422:
		return luma, at(1, x/2, y), at(2, x/2, y), alpha
	case caps.NV12:
		return luma, at(1, x/2*2, y/2), at(1, x/2*2+1, y/2), alpha
	case caps.I420A:
		alpha = at(3, x, y)
	default:
	}
	return luma, at(1, x/2, y/2), at(2, x/2, y/2), alpha
}

func TestEveryPixelOfEverySizeIsConverted(t *testing.T) {
	sizes := []image.Point{{1, 1}, {1, 2}, {2, 1}, {3, 5}, {16, 2}, {319, 241}, {511, 3}, {512, 2}, {1027, 3}}
	random := rand.New(rand.NewPCG(1, 2))
	for _, from := range yuvTypes {
		for _, to := range rgbTypes {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				for i, size := range sizes {
					colorimetry := colorimetries[i%len(colorimetries)]
					p := randomPicture(t, random, from, size, 7*(i%2))
					p.Colorimetry = colorimetry.c
					exact := exactRGB(colorimetry.red, colorimetry.blue, colorimetry.full)
					for _, flipped := range []bool{false, true} {
						checkPixels(t, p, to, mustConvertYUV(t, p, to, flipped), flipped, exact)
					}
				}
			})
		}
	}
}

func checkPixels(t *testing.T, p Picture, to caps.VideoBufferType, got []byte, flipped bool, exact func(y, u, v byte) [3]float64) {
	t.Helper()
	order := orders[to]
	for y := range p.Height {
		row := y
		if flipped {
			row = p.Height - 1 - y
		}
		for x := range p.Width {
			luma, u, v, alpha := samplesAt(p, x, y)
			pixel := got[(row*p.Width+x)*len(order):][:len(order)]
			for c, want := range exact(luma, u, v) {
				if math.Abs(float64(pixel[order[c]])-want) > maxError {
					t.Fatalf("%dx%d, flipped %v: pixel %d,%d of Y %d U %d V %d is %v, want %v",
						p.Width, p.Height, flipped, x, y, luma, u, v, pixel, exact(luma, u, v))
				}
			}
			if len(order) == 4 && pixel[order[3]] != alpha {
				t.Fatalf("%dx%d: alpha of pixel %d,%d is %d, want %d", p.Width, p.Height, x, y, pixel[order[3]], alpha)
			}
		}
	}
}

func TestWhatIsNotYUVIsLeftToGStreamer(t *testing.T) {
	identity := Colorimetry{Range: 1, Matrix: 1} // GST_VIDEO_COLOR_MATRIX_RGB
	random := rand.New(rand.NewPCG(3, 4))
	for name, test := range map[string]struct {
		from, to    caps.VideoBufferType
		colorimetry Colorimetry
	}{
		"10 bits":         {caps.I010, caps.RGBA, Colorimetry{}},
		"RGB":             {caps.BGRA, caps.RGBA, Colorimetry{}},
		"to YUV":          {caps.I420, caps.I444, Colorimetry{}},
		"identity matrix": {caps.I444, caps.RGBA, identity},
	} {
		t.Run(name, func(t *testing.T) {
			size := image.Point{16, 16}
			p := randomPicture(t, random, test.from, size, 0)
			p.Colorimetry = test.colorimetry
			layout, err := test.to.Layout(size.X, size.Y)
			if err != nil {
				t.Fatal(err)
			}
			got := bytes.Repeat([]byte{0xa5}, layout.Size)
			if p.yuvToRGB(got, test.to, false) || bytes.Count(got, []byte{0xa5}) != len(got) {
				t.Error("converted as YUV of 8 bits")
			}
			if _, err := Convert(p, test.to, false); err != nil {
				t.Error(err)
			}
		})
	}
}

// BenchmarkYUVToRGB compares our code with GStreamer's at 1280x720.
func BenchmarkYUVToRGB(b *testing.B) {
	for _, from := range yuvTypes {
		for _, to := range rgbTypes {
			source, err := from.Layout(1280, 720)
			if err != nil {
				b.Fatal(err)
			}
			layout, err := to.Layout(1280, 720)
			if err != nil {
				b.Fatal(err)
			}
			p := Picture{Type: from, Width: 1280, Height: 720}
			for _, plane := range source.Planes {
				p.Planes = append(p.Planes, Plane{Data: make([]byte, plane.Stride*plane.Height), Stride: plane.Stride})
			}
			dst := make([]byte, layout.Size)
			b.Run(fmt.Sprintf("%s to %s/ours", from, to), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					p.yuvToRGB(dst, to, false)
				}
			})
			b.Run(fmt.Sprintf("%s to %s/plain", from, to), func(b *testing.B) {
				plain = true
				defer func() { plain = false }()
				for b.Loop() {
					p.yuvToRGB(dst, to, false)
				}
			})
			b.Run(fmt.Sprintf("%s to %s/GStreamer", from, to), func(b *testing.B) {
				for b.Loop() {
					if err := p.convertTo(dst, layout, to); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
