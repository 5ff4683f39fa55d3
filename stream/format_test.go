package stream_test

import (
	"errors"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// tolerance is how far a sample may be from the picture's: what encoding and conversion cost, in steps of 1/255.
const tolerance = 6

func TestEveryFormatHasThePicturesColours(t *testing.T) {
	t.Parallel()
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			publish(t, testpublisher.Config{Codec: codec, Pattern: testpublisher.Colours})
			app := join(t)
			for _, format := range caps.Types() {
				t.Run(format.String(), func(t *testing.T) {
					f := mustNext(t, app.fromPublisher(t, stream.WithFormat(format))).Frame
					if f.Type != format {
						t.Errorf("got %v", f.Type)
					}
					checkColours(t, f)
				})
			}
		})
	}
}

// checkColours compares the middle of each patch, in Planes and in Data.
func checkColours(t *testing.T, f *stream.VideoFrame) {
	t.Helper()
	if f.Width != width || f.Height != height {
		t.Errorf("frame is %dx%d, want %dx%d", f.Width, f.Height, width, height)
	}
	data, err := f.Data()
	if err != nil {
		t.Fatal(err)
	}
	layout, err := f.Type.Layout(f.Width, f.Height)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) != layout.Size {
		t.Fatalf("Data has %d bytes, want %d", len(data), layout.Size)
	}
	planes := f.Planes()
	if len(planes) != len(layout.Planes) {
		t.Fatalf("%d planes, want %d", len(planes), len(layout.Planes))
	}
	tight := make([]stream.Plane, len(planes))
	for i, p := range layout.Planes {
		tight[i] = stream.Plane{Data: data[p.Offset:][:p.Stride*p.Height], Stride: p.Stride}
	}
	for _, patch := range testpicture.Patches() {
		at := patch.Centre(f.Width, f.Height)
		want := samples(f.Type, patch)
		for name, planes := range map[string][]stream.Plane{"Planes": planes, "Data": tight} {
			got := pixel(f.Type, planes, at.X, at.Y)
			for i := range want {
				if diff := got[i] - want[i]; diff < -tolerance || diff > tolerance {
					t.Errorf("%s of %s patch: %v, want %v", name, patch.Name, got, want)
					break
				}
			}
		}
	}
}

// samples are what a pixel of the patch has, in the order of the planes and of their bytes, with 8 bits each.
func samples(format caps.VideoBufferType, patch testpicture.Patch) []int {
	r, g, b := int(patch.RGB.R), int(patch.RGB.G), int(patch.RGB.B)
	y, u, v := int(patch.BT601.Y), int(patch.BT601.U), int(patch.BT601.V)
	switch format {
	case caps.RGBA:
		return []int{r, g, b, 255}
	case caps.ABGR:
		return []int{255, b, g, r}
	case caps.ARGB:
		return []int{255, r, g, b}
	case caps.BGRA:
		return []int{b, g, r, 255}
	case caps.RGB24:
		return []int{r, g, b}
	case caps.I420A:
		return []int{y, u, v, 255}
	default:
		return []int{y, u, v}
	}
}

// pixel reads the samples of the pixel at x, y.
func pixel(format caps.VideoBufferType, planes []stream.Plane, x, y int) []int {
	bytes := func(plane, x, y, count int) []int {
		p := planes[plane]
		row := p.Data[y*p.Stride+x:]
		values := make([]int, count)
		for i := range values {
			values[i] = int(row[i])
		}
		return values
	}
	ten := func(plane, x, y int) int {
		b := bytes(plane, 2*x, y, 2)
		return (b[0] | b[1]<<8) >> 2
	}
	switch format {
	case caps.RGB24:
		return bytes(0, 3*x, y, 3)
	case caps.I420:
		return append(bytes(0, x, y, 1), bytes(1, x/2, y/2, 1)[0], bytes(2, x/2, y/2, 1)[0])
	case caps.I420A:
		return append(bytes(0, x, y, 1), bytes(1, x/2, y/2, 1)[0], bytes(2, x/2, y/2, 1)[0], bytes(3, x, y, 1)[0])
	case caps.I422:
		return append(bytes(0, x, y, 1), bytes(1, x/2, y, 1)[0], bytes(2, x/2, y, 1)[0])
	case caps.I444:
		return append(bytes(0, x, y, 1), bytes(1, x, y, 1)[0], bytes(2, x, y, 1)[0])
	case caps.I010:
		return []int{ten(0, x, y), ten(1, x/2, y/2), ten(2, x/2, y/2)}
	case caps.NV12:
		return append(bytes(0, x, y, 1), bytes(1, x/2*2, y/2, 2)...)
	default:
		return bytes(0, 4*x, y, 4)
	}
}

func TestFormatThatThereIsNotIsRefused(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	rp := join(t).Participant(t, "publisher")
	if _, err := stream.FromParticipant(rp, camera, stream.WithFormat(11)); !errors.Is(err, caps.ErrUnknownFormat) {
		t.Errorf("FromParticipant: %v, want ErrUnknownFormat", err)
	}
}

func TestSizeChangeArrivesInOrder(t *testing.T) {
	t.Parallel()
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			p := publish(t, testpublisher.Config{Codec: codec})
			s := join(t).fromPublisher(t, stream.WithFormat(caps.RGB24))
			mustRead(t, s, 3)
			for _, wanted := range [][2]int{{160, 90}, {162, 122}, {width, height}} {
				if err := p.SetSize(wanted[0], wanted[1]); err != nil {
					t.Fatal(err)
				}
				checkSizeChange(t, s, wanted[0], wanted[1])
			}
		})
	}
}

// checkSizeChange reads on until a few frames of the new size came in a row, after any of the old one.
func checkSizeChange(t *testing.T, s *stream.VideoStream, width, height int) {
	t.Helper()
	var before [2]int
	for frames, changed := 0, 0; changed < 5; frames++ {
		f := mustNext(t, s).Frame
		size := [2]int{f.Width, f.Height}
		if data, err := f.Data(); err != nil || len(data) != 3*f.Width*f.Height {
			t.Errorf("Data of %v: %d bytes, %v", size, len(data), err)
		}
		f.Release()
		switch {
		case size == [2]int{width, height}:
			changed++
		case changed > 0 || frames > 0 && size != before:
			t.Fatalf("frame of %v after %v on the way to %dx%d", size, before, width, height)
		}
		before = size
	}
}
