package rig

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// Frame is one raw picture as a sink got it: in GStreamer's default layout, without a GstVideoMeta.
type Frame struct {
	Info caps.VideoInfo
	Data []byte
	PTS  time.Duration // in the stream's segment, which begins at 0
	Read time.Time     // when the test had it
}

// Colour is a pixel: red, green, blue and alpha, or Y, U, V and alpha, with 8 bits each. Without alpha it is opaque.
type Colour [4]uint8

// At returns the pixel at x, y.
func (f Frame) At(x, y int) (Colour, error) {
	layout, err := f.Info.Type.GStreamerLayout(f.Info.Width, f.Info.Height)
	if err != nil {
		return Colour{}, err
	}
	if len(f.Data) != layout.Size {
		return Colour{}, fmt.Errorf("a frame of %d bytes, want %d for %+v", len(f.Data), layout.Size, f.Info)
	}
	colour := Colour{3: 255}
	for i, s := range samples[f.Info.Type] {
		plane := layout.Planes[s.plane]
		offset := plane.Offset + (y>>s.yShift)*plane.Stride + (x>>s.xShift)*s.step + s.offset
		if s.wide {
			colour[i] = uint8(binary.LittleEndian.Uint16(f.Data[offset:]) >> 2)
			continue
		}
		colour[i] = f.Data[offset]
	}
	return colour, nil
}

// sample is where one component of a pixel lies.
type sample struct {
	plane          int
	step, offset   int // bytes
	xShift, yShift int
	wide           bool // 10 bits in two bytes
}

// samples are the components of each format in the order of Colour, after the documentation of GstVideoFormat.
var samples = map[caps.VideoBufferType][]sample{
	caps.RGBA:  {{step: 4}, {step: 4, offset: 1}, {step: 4, offset: 2}, {step: 4, offset: 3}},
	caps.ABGR:  {{step: 4, offset: 3}, {step: 4, offset: 2}, {step: 4, offset: 1}, {step: 4}},
	caps.ARGB:  {{step: 4, offset: 1}, {step: 4, offset: 2}, {step: 4, offset: 3}, {step: 4}},
	caps.BGRA:  {{step: 4, offset: 2}, {step: 4, offset: 1}, {step: 4}, {step: 4, offset: 3}},
	caps.RGB24: {{step: 3}, {step: 3, offset: 1}, {step: 3, offset: 2}},
	caps.I420:  {{step: 1}, {plane: 1, step: 1, xShift: 1, yShift: 1}, {plane: 2, step: 1, xShift: 1, yShift: 1}},
	caps.I420A: {
		{step: 1},
		{plane: 1, step: 1, xShift: 1, yShift: 1},
		{plane: 2, step: 1, xShift: 1, yShift: 1},
		{plane: 3, step: 1},
	},
	caps.I422: {{step: 1}, {plane: 1, step: 1, xShift: 1}, {plane: 2, step: 1, xShift: 1}},
	caps.I444: {{step: 1}, {plane: 1, step: 1}, {plane: 2, step: 1}},
	caps.I010: {
		{step: 2, wide: true},
		{plane: 1, step: 2, xShift: 1, yShift: 1, wide: true},
		{plane: 2, step: 2, xShift: 1, yShift: 1, wide: true},
	},
	caps.NV12: {
		{step: 1}, {plane: 1, step: 2, xShift: 1, yShift: 1}, {plane: 1, step: 2, offset: 1, xShift: 1, yShift: 1},
	},
}

// IsRGB reports whether the pixels of a format are red, green and blue.
func IsRGB(format caps.VideoBufferType) bool { return format <= caps.RGB24 }

// Time is the moment that is drawn in the picture, in milliseconds modulo 2^32.
func (f Frame) Time() (uint32, error) {
	var failure error
	brightness := func(x, y int) uint8 {
		colour, err := f.At(x, y)
		if err != nil {
			failure = err
		}
		if IsRGB(f.Info.Type) {
			return colour[1]
		}
		return colour[0]
	}
	value, ok := testpicture.ReadFunc(f.Info.Width, testpicture.BandRows(f.Info.Height), brightness)
	if failure != nil {
		return 0, failure
	}
	if !ok {
		return 0, fmt.Errorf("no time can be read from a picture with %+v", f.Info)
	}
	return value, nil
}

// CheckFlow fails the test unless the frames are those of a live publisher, in order: the time in the picture and the
// presentation time rise from frame to frame, by a frame's distance in the middle, and the latency is a plausible one.
func CheckFlow(t testing.TB, frames []Frame) {
	t.Helper()
	var drawn []uint32
	var steps, latencies []time.Duration
	for i, f := range frames {
		value, err := f.Time()
		if err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		drawn = append(drawn, value)
		latencies = append(latencies, testpicture.Latency(f.Read, value))
		if i == 0 {
			continue
		}
		if int32(drawn[i]-drawn[i-1]) <= 0 {
			t.Errorf("frame %d was made %d ms after the one before it", i, int32(drawn[i]-drawn[i-1]))
		}
		if f.PTS <= frames[i-1].PTS {
			t.Errorf("frame %d has PTS %v, not later than %v before it", i, f.PTS, frames[i-1].PTS)
		}
		steps = append(steps, f.PTS-frames[i-1].PTS)
	}
	if step := Median(steps); step < 25*time.Millisecond || step > 42*time.Millisecond {
		t.Errorf("frames are %v apart in the middle, want a thirtieth of a second: %v", step, steps)
	}
	if latency := Median(latencies); latency <= 0 || latency > 2*time.Second {
		t.Errorf("frames are %v old in the middle, want more than 0 and less than 2 s", latency)
	}
}

// Median is the one in the middle.
func Median(values []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}

// Matrix is what GStreamer assumes for YUV video of this height when nothing names a matrix.
func Matrix(height int) testpicture.Matrix {
	if height > 576 {
		return testpicture.BT709
	}
	return testpicture.BT601
}

// CheckColours fails the test unless the picture is the known one, of testpublisher.Colours.
func CheckColours(t testing.TB, f Frame) {
	t.Helper()
	const tolerance = 6 // of 255, for the publisher's encoder and the conversion from and to limited range
	matrix := Matrix(f.Info.Height)
	for _, patch := range testpicture.Patches() {
		yuv := patch.YUV(matrix)
		want := Colour{yuv.Y, yuv.U, yuv.V, 255}
		if IsRGB(f.Info.Type) {
			want = Colour{patch.RGB.R, patch.RGB.G, patch.RGB.B, 255}
		}
		centre := patch.Centre(f.Info.Width, f.Info.Height)
		got, err := f.At(centre.X, centre.Y)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if difference := int(got[i]) - int(want[i]); difference > tolerance || difference < -tolerance {
				t.Errorf("%s in %v is %v, want %v", patch.Name, f.Info.Type, got, want)
				break
			}
		}
	}
}

// CheckCaps fails the test unless the caps are those of a published picture of Width and Height in a format. VP8 does not
// know its frame rate; an H.264 encoder may write it into the stream.
func CheckCaps(t testing.TB, got caps.VideoInfo, codec testpublisher.Codec, format caps.VideoBufferType) {
	t.Helper()
	frameRate := caps.Fraction{Num: 0, Den: 1}
	if codec == testpublisher.H264 && got.FrameRate.Num != 0 {
		frameRate = caps.Fraction{Num: 30, Den: 1}
	}
	want := caps.VideoInfo{
		Type:             format,
		Width:            Width,
		Height:           Height,
		FrameRate:        frameRate,
		PixelAspectRatio: caps.Fraction{Num: 1, Den: 1},
		Colorimetry:      "bt601",
	}
	if IsRGB(format) {
		want.Colorimetry = "1:1:16:4" // full range, without a matrix; transfer and primaries are those of bt601
	}
	if got != want {
		t.Errorf("caps are %+v, want %+v", got, want)
	}
}
