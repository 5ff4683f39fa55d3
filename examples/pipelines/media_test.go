package pipelines

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// video is what ffprobe says about a file with one video stream.
type video struct {
	Codec         string
	Width, Height int
	Frames        int // decoded
	Duration      time.Duration
}

// probe has ffprobe decode a whole file. Any warning of it fails the test.
func probe(t *testing.T, file string) video {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command("ffprobe", "-v", "warning", "-count_frames", "-of", "json",
		"-show_entries", "stream=codec_name,width,height,nb_read_frames:format=duration", file)
	cmd.Stderr = &said
	var report struct {
		Streams []struct {
			Codec         string `json:"codec_name"`
			Width, Height int
			Frames        string `json:"nb_read_frames"`
		}
		Format struct{ Duration string }
	}
	if err := json.Unmarshal(output(t, cmd), &report); err != nil {
		t.Fatal(err)
	}
	if said.Len() > 0 {
		t.Errorf("ffprobe warns:\n%s", said.String())
	}
	if len(report.Streams) != 1 {
		t.Fatalf("%d streams, want 1: %+v", len(report.Streams), report)
	}
	s := report.Streams[0]
	v := video{Codec: s.Codec, Width: s.Width, Height: s.Height}
	v.Frames, _ = strconv.Atoi(s.Frames)
	seconds, _ := strconv.ParseFloat(report.Format.Duration, 64)
	v.Duration = time.Duration(seconds * float64(time.Second))
	return v
}

// checkRecording wants a finished Matroska file of one size that two independent programs read to its end.
func checkRecording(t *testing.T, file string, width, height int) {
	t.Helper()
	v := probe(t, file)
	if v.Codec != "h264" || v.Width != width || v.Height != height || v.Frames < 15 {
		t.Errorf("ffprobe finds %+v, want at least 15 frames of h264 with %dx%d", v, width, height)
	}
	if v.Duration < 400*time.Millisecond {
		t.Errorf("the file says that it lasts %v: the muxer did not finish it", v.Duration)
	}
	found := string(output(t, exec.Command("gst-discoverer-1.0", "-v", file)))
	for _, want := range []string{"video/x-matroska", "video/x-h264", "Width: " + strconv.Itoa(width), "Height: " + strconv.Itoa(height), "Seekable: yes"} {
		if !strings.Contains(found, want) {
			t.Errorf("gst-discoverer-1.0 does not find %q in it:\n%s", want, found)
		}
	}
}

// lastPicture decodes a whole file with ffmpeg and returns the last picture in it, or one before it.
func lastPicture(t *testing.T, file string, before int) image.Image {
	t.Helper()
	return decodePNG(t, output(t, exec.Command("ffmpeg", "-v", "error", "-i", file, "-f", "image2pipe", "-c:v", "png",
		"-vf", fmt.Sprintf(`reverse,select=eq(n\,%d)`, before), "-frames:v", "1", "-")))
}

func readPNG(t *testing.T, file string) image.Image {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return decodePNG(t, data)
}

func decodePNG(t *testing.T, data []byte) image.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// part is a rectangle of a picture as a picture of its own.
func part(picture image.Image, r image.Rectangle) image.Image {
	return picture.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(r.Add(picture.Bounds().Min))
}

// checkSize wants a picture of a size.
func checkSize(t *testing.T, picture image.Image, width, height int) {
	t.Helper()
	if got := picture.Bounds().Size(); got != (image.Point{X: width, Y: height}) {
		t.Fatalf("the picture is %v, want %dx%d", got, width, height)
	}
}

// madeAt reads the time in a picture.
func madeAt(picture image.Image) (value uint32, ok bool) {
	b := picture.Bounds()
	return testpicture.ReadFunc(b.Dx(), testpicture.BandRows(b.Dy()), func(x, y int) uint8 {
		_, green, _, _ := picture.At(b.Min.X+x, b.Min.Y+y).RGBA()
		return uint8(green >> 8)
	})
}

// checkTime wants the time in a picture to be a moment of this test.
func checkTime(t *testing.T, picture image.Image, began time.Time) {
	t.Helper()
	value, ok := madeAt(picture)
	if !ok {
		t.Fatalf("no time can be read from the picture of %v", picture.Bounds().Size())
	}
	// What was published just before the test began may be shown.
	now := time.Now()
	if age := testpicture.Latency(now, value); age < 0 || age > now.Sub(began)+time.Second {
		t.Errorf("the picture was made %v ago, and the test began %v ago", age, now.Sub(began))
	}
}

// checkColours wants the known picture of testpublisher.Colours, whatever was done to it on the way here.
func checkColours(t *testing.T, picture image.Image) {
	t.Helper()
	const tolerance = 20 // of 255: a first key frame at a low bit rate is not exact
	b := picture.Bounds()
	for _, patch := range testpicture.Patches() {
		centre := patch.Centre(b.Dx(), b.Dy()).Add(b.Min)
		r, g, b, _ := picture.At(centre.X, centre.Y).RGBA()
		got := testpicture.RGB{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8)}
		for _, d := range []int{int(got.R) - int(patch.RGB.R), int(got.G) - int(patch.RGB.G), int(got.B) - int(patch.RGB.B)} {
			if d > tolerance || d < -tolerance {
				t.Errorf("%s is %v, want %v", patch.Name, got, patch.RGB)
				break
			}
		}
	}
}
