package chain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

// parsers are what gst-launch-1.0 needs in front of a decoder.
var parsers = map[caps.Codec]string{caps.H264: " ! h264parse"}

// H.264 begins at 34x18, because of GStreamer 1.22: its avdec_h264 loses pixels of a tiny picture in front of videoconvert
// and filesink, that is in the reference.
func TestEveryFormatAndSizeIsWhatGStreamerConverts(t *testing.T) {
	for _, test := range []struct {
		codec         caps.Codec
		width, height int
	}{
		{caps.VP8, 1, 1},
		{caps.VP8, 2, 1},
		{caps.VP8, 3, 5},
		{caps.VP8, 319, 241},
		{caps.VP8, 320, 240},
		{caps.VP8, 960, 722},
		{caps.H264, 34, 18},
		{caps.H264, 318, 242},
	} {
		t.Run(fmt.Sprintf("%v %dx%d", test.codec, test.width, test.height), func(t *testing.T) {
			t.Parallel()
			units := encode(t, encodedKey{codec: test.codec, source: "pattern=smpte75 horizontal-speed=7", width: test.width, height: test.height})[:3]
			wanted := reference(t, test.codec, units)
			for _, format := range append(caps.Types(), -1) {
				t.Run(format.String(), func(t *testing.T) {
					config := Config{Codec: test.codec}
					if format.Valid() {
						config.Format = &format
					}
					c := newChain(t, config)
					pushAll(t, c, units)
					c.End()
					for i := range units {
						f, err := c.Next(t.Context(), nil)
						if err != nil {
							t.Fatal(err)
						}
						if format.Valid() && f.Type != format || f.Width != test.width || f.Height != test.height {
							t.Errorf("frame %d is %v %dx%d", i, f.Type, f.Width, f.Height)
						}
						checkPlanes(t, &f, wanted[f.Type], i)
						f.Release()
					}
					if _, err := c.Next(t.Context(), nil); !errors.Is(err, io.EOF) {
						t.Errorf("after the last frame: %v, want io.EOF", err)
					}
				})
			}
		})
	}
}

// reference decodes and converts with gst-launch-1.0. The result are the frames of each type, in GStreamer's layout.
func reference(t *testing.T, codec caps.Codec, units [][]byte) map[caps.VideoBufferType][]byte {
	t.Helper()
	c := newChain(t, Config{Codec: codec})
	dir := t.TempDir()
	for i, data := range units {
		if err := os.WriteFile(fmt.Sprintf("%s/unit%d", dir, i), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var line strings.Builder
	fmt.Fprintf(&line, "multifilesrc location=%s/unit%%d stop-index=%d caps='%s'%s ! %s ! capssetter caps='video/x-raw,colorimetry=bt601' ! tee name=frames",
		dir, len(units)-1, codec.Caps(), parsers[codec], c.Decoder())
	for _, format := range caps.Types() {
		fmt.Fprintf(&line, " frames. ! queue ! videoconvert ! '%s' ! filesink location=%s/%v", format.Caps(), dir, format)
	}
	if out, err := exec.Command("sh", "-c", "exec gst-launch-1.0 -q "+line.String()).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line.String(), err, out)
	}
	frames := make(map[caps.VideoBufferType][]byte)
	for _, format := range caps.Types() {
		data, err := os.ReadFile(fmt.Sprintf("%s/%v", dir, format))
		if err != nil {
			t.Fatal(err)
		}
		frames[format] = data
	}
	return frames
}

// checkPlanes compares every pixel with frame number i of the reference.
func checkPlanes(t *testing.T, f *Frame, reference []byte, i int) {
	t.Helper()
	layout, err := f.Type.GStreamerLayout(f.Width, f.Height)
	if err != nil {
		t.Fatal(err)
	}
	reference = reference[i*layout.Size:][:layout.Size]
	if f.PlaneCount() != len(layout.Planes) {
		t.Fatalf("%d planes, want %d", f.PlaneCount(), len(layout.Planes))
	}
	for n, want := range layout.Planes {
		got := f.Plane(n)
		if len(got.Data) != got.Stride*(want.Height-1)+want.Width {
			t.Fatalf("frame %d, plane %d: %d bytes with stride %d", i, n, len(got.Data), got.Stride)
		}
		for y := range want.Height {
			row, wanted := got.Data[y*got.Stride:][:want.Width], reference[want.Offset+y*want.Stride:][:want.Width]
			if f.Type == caps.I420A && n == 3 {
				wanted = bytes.Repeat([]byte{255}, want.Width) // what GStreamer 1.22 adds is not opaque
			}
			if !bytes.Equal(row, wanted) {
				t.Fatalf("frame %d, plane %d, row %d:\n%v\nwant\n%v", i, n, y, row, wanted)
			}
		}
	}
}
