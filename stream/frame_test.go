package stream_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/stream"
)

// known is the known picture as a frame of one type.
func known(t *testing.T, kind caps.VideoBufferType, width, height int) *stream.VideoFrame {
	t.Helper()
	picture := testpicture.Known(width, height, testpicture.BT601, 0)
	var data []byte
	for _, plane := range []struct {
		pixels                []byte
		stride, width, height int
	}{
		{picture.Y, picture.YStride, width, height},
		{picture.Cb, picture.CStride, (width + 1) / 2, (height + 1) / 2},
		{picture.Cr, picture.CStride, (width + 1) / 2, (height + 1) / 2},
	} {
		for y := range plane.height {
			data = append(data, plane.pixels[y*plane.stride:][:plane.width]...)
		}
	}
	frame, err := stream.NewVideoFrame(caps.I420, width, height, data)
	if err != nil {
		t.Fatal(err)
	}
	if frame, err = frame.Convert(kind, false); err != nil {
		t.Fatal(err)
	}
	return frame
}

func differs(a, b uint8, tolerance int) bool {
	return int(a)-int(b) > tolerance || int(b)-int(a) > tolerance
}

// checkPatches allows for what colours lose in YUV of 8 bits.
func checkPatches(t *testing.T, picture image.Image) {
	t.Helper()
	const tolerance = 3
	size := picture.Bounds()
	for _, patch := range testpicture.Patches() {
		at := patch.Centre(size.Dx(), size.Dy())
		got := color.NRGBAModel.Convert(picture.At(at.X, at.Y)).(color.NRGBA)
		want := patch.RGB
		if differs(got.R, want.R, tolerance) || differs(got.G, want.G, tolerance) || differs(got.B, want.B, tolerance) || got.A != 0xff {
			t.Errorf("%s is %v, want %v", patch.Name, got, want)
		}
	}
}

func TestImageHasTheRightColours(t *testing.T) {
	for _, kind := range caps.Types() {
		for _, size := range []image.Point{{320, 240}, {319, 241}} {
			t.Run(fmt.Sprintf("%s %v", kind, size), func(t *testing.T) {
				picture, err := known(t, kind, size.X, size.Y).Image()
				if err != nil {
					t.Fatal(err)
				}
				checkPatches(t, picture)
			})
		}
	}
}

func TestImageSurvivesPNG(t *testing.T) {
	picture, err := known(t, caps.I420, 320, 240).Image()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	decoded, err := png.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	checkPatches(t, decoded)
}

func TestImageSharesMemoryWhereItsTypeAllows(t *testing.T) {
	for _, kind := range caps.Types() {
		frame := known(t, kind, 320, 240)
		picture, err := frame.Image()
		if err != nil {
			t.Fatal(err)
		}
		var shared bool
		switch picture := picture.(type) {
		case *stream.YCbCr:
			shared = &picture.Y[0] == &frame.Planes()[0].Data[0] && &picture.Cr[0] == &frame.Planes()[2].Data[0]
		case *image.NRGBA:
			shared = &picture.Pix[0] == &frame.Planes()[0].Data[0]
		}
		switch kind {
		case caps.RGBA, caps.I420, caps.I420A, caps.I422, caps.I444:
			if !shared {
				t.Errorf("%s: %T has memory of its own", kind, picture)
			}
		default:
			if shared {
				t.Errorf("%s: %T shares the frame's memory", kind, picture)
			}
		}
	}
}

func TestSubImageKeepsTheColours(t *testing.T) {
	whole, err := known(t, caps.I420A, 320, 240).Image()
	if err != nil {
		t.Fatal(err)
	}
	part := whole.(*stream.YCbCr).SubImage(image.Rect(100, 50, 220, 200))
	for y := 50; y < 200; y++ {
		for x := 100; x < 220; x++ {
			if part.At(x, y) != whole.At(x, y) {
				t.Fatalf("pixel %d,%d is %v, want %v", x, y, part.At(x, y), whole.At(x, y))
			}
		}
	}
	if outside := part.At(0, 0); outside != (color.NRGBA{}) {
		t.Errorf("outside is %v", outside)
	}
}

func TestCloneIsIndependent(t *testing.T) {
	frame := known(t, caps.NV12, 32, 24)
	clone, err := frame.Clone()
	if err != nil {
		t.Fatal(err)
	}
	before, err := frame.Data()
	if err != nil {
		t.Fatal(err)
	}
	frame.Planes()[0].Data[0] ^= 0xff
	frame.Release()
	after, err := clone.Data()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the clone changed with its original")
	}
}

func TestConvertThereAndBackKeepsThePicture(t *testing.T) {
	for _, kind := range caps.Types() {
		frame := known(t, kind, 64, 48)
		flipped, err := frame.Convert(kind, true)
		if err != nil {
			t.Fatal(err)
		}
		back, err := flipped.Convert(kind, true)
		if err != nil {
			t.Fatal(err)
		}
		want, err := frame.Data()
		if err != nil {
			t.Fatal(err)
		}
		got, err := back.Data()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s flipped twice is another picture", kind)
		}
	}
}

func TestReleasedFramePanics(t *testing.T) {
	for name, use := range map[string]func(*stream.VideoFrame){
		"Planes":  func(f *stream.VideoFrame) { f.Planes() },
		"Data":    func(f *stream.VideoFrame) { _, _ = f.Data() },
		"Convert": func(f *stream.VideoFrame) { _, _ = f.Convert(caps.RGBA, false) },
		"Clone":   func(f *stream.VideoFrame) { _, _ = f.Clone() },
		"Image":   func(f *stream.VideoFrame) { _, _ = f.Image() },
	} {
		t.Run(name, func(t *testing.T) {
			frame := known(t, caps.I420, 16, 16)
			frame.Release()
			frame.Release()
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			use(frame)
		})
	}
}

func TestNewVideoFrameRefusesAWrongSize(t *testing.T) {
	if _, err := stream.NewVideoFrame(caps.I420, 3, 5, make([]byte, 26)); err == nil {
		t.Error("26 bytes were taken for 27")
	}
	if _, err := stream.NewVideoFrame(caps.I420, 0, 5, nil); !errors.Is(err, caps.ErrSize) {
		t.Errorf("error %v, want caps.ErrSize", err)
	}
}
