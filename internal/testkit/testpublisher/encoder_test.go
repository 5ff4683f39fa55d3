package testpublisher_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// decode turns access units of one size into I420 pictures with gst-launch-1.0.
func decode(t *testing.T, codec testpublisher.Codec, units []testpublisher.Unit, width, height int) [][]byte {
	t.Helper()
	directory := t.TempDir()
	stream, pictures := filepath.Join(directory, "stream"), filepath.Join(directory, "pictures")
	chain := "h264parse ! avdec_h264"
	content := concatenate(units)
	if codec == testpublisher.VP8 {
		chain = "ivfparse ! vp8dec"
		content = ivf(units, width, height)
	}
	if err := os.WriteFile(stream, content, 0o644); err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("-q filesrc location=%s ! %s ! video/x-raw,format=I420 ! filesink location=%s", stream, chain, pictures)
	if output, err := exec.Command("sh", "-c", "gst-launch-1.0 "+line).CombinedOutput(); err != nil {
		t.Fatalf("gst-launch-1.0 %s: %v\n%s", line, err, output)
	}
	raw, err := os.ReadFile(pictures)
	if err != nil {
		t.Fatal(err)
	}
	var result [][]byte
	for size := width * height * 3 / 2; len(raw) >= size; raw = raw[size:] {
		result = append(result, raw[:size])
	}
	return result
}

func concatenate(units []testpublisher.Unit) []byte {
	var stream bytes.Buffer
	for _, unit := range units {
		stream.Write(unit.Data)
	}
	return stream.Bytes()
}

// ivf is libvpx's container: https://wiki.multimedia.cx/index.php/Duck_IVF.
func ivf(units []testpublisher.Unit, width, height int) []byte {
	stream := []byte("DKIF\x00\x00\x20\x00VP80")
	stream = binary.LittleEndian.AppendUint16(stream, uint16(width))
	stream = binary.LittleEndian.AppendUint16(stream, uint16(height))
	for _, field := range []uint32{30, 1, uint32(len(units)), 0} {
		stream = binary.LittleEndian.AppendUint32(stream, field)
	}
	for i, unit := range units {
		stream = binary.LittleEndian.AppendUint32(stream, uint32(len(unit.Data)))
		stream = binary.LittleEndian.AppendUint64(stream, uint64(i))
		stream = append(stream, unit.Data...)
	}
	return stream
}

func TestTimeSurvivesEncoding(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		for _, size := range []struct{ width, height int }{{1280, 720}, {640, 360}, {testpicture.MinWidth, testpicture.MinHeight}} {
			t.Run(fmt.Sprintf("%s %dx%d", codec, size.width, size.height), func(t *testing.T) {
				began := time.Now()
				units, err := testpublisher.EncodeUnits(
					testpublisher.Config{Codec: codec, Width: size.width, Height: size.height}, 30, nil)
				if err != nil {
					t.Fatal(err)
				}
				took := time.Since(began)
				pictures := decode(t, codec, units, size.width, size.height)
				if len(pictures) != len(units) {
					t.Fatalf("%d pictures of %d access units", len(pictures), len(units))
				}
				before := testpicture.Time(began) - 1
				for i, picture := range pictures {
					value, ok := testpicture.Read(picture, size.width, size.width, size.height)
					if !ok {
						t.Fatalf("no time in picture %d", i)
					}
					if step := int32(value - before); step < 1 {
						t.Errorf("picture %d is %d ms after the one before", i, step)
					}
					before = value
				}
				if last := -testpicture.Latency(began, before); last <= 0 || last > took+time.Millisecond {
					t.Errorf("the last picture is of %v after the start, encoding took %v", last, took)
				}
			})
		}
	}
}

func TestColoursSurviveEncoding(t *testing.T) {
	const tolerance = 3
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		for _, test := range []struct {
			width, height int
			matrix        testpicture.Matrix
		}{{1280, 720, testpicture.BT601}, {320, 240, testpicture.BT709}} {
			t.Run(fmt.Sprintf("%s %dx%d %v", codec, test.width, test.height, test.matrix), func(t *testing.T) {
				width, height := test.width, test.height
				units, err := testpublisher.EncodeUnits(testpublisher.Config{
					Codec: codec, Width: width, Height: height, Pattern: testpublisher.Colours, Matrix: test.matrix,
				}, 10, nil)
				if err != nil {
					t.Fatal(err)
				}
				for i, picture := range decode(t, codec, units, width, height) {
					for _, patch := range testpicture.Patches() {
						c := patch.Centre(width, height)
						chroma := width*height + c.Y/2*(width/2) + c.X/2
						got := [3]byte{picture[c.Y*width+c.X], picture[chroma], picture[chroma+width*height/4]}
						want := patch.YUV(test.matrix)
						for j, value := range [3]byte{want.Y, want.U, want.V} {
							if math.Abs(float64(got[j])-float64(value)) > tolerance {
								t.Errorf("picture %d: %s is %v, want %v", i, patch.Name, got, want)
								break
							}
						}
					}
				}
			})
		}
	}
}

func TestOnlyRequestedKeyFramesAreMade(t *testing.T) {
	for _, codec := range []testpublisher.Codec{
		testpublisher.VP8, testpublisher.H264, testpublisher.VP9, testpublisher.H265,
	} {
		t.Run(string(codec), func(t *testing.T) {
			if err := codec.Available(); err != nil {
				t.Fatal(err)
			}
			const count = 40
			units, err := testpublisher.EncodeUnits(testpublisher.Config{Codec: codec, Width: 320, Height: 180}, count,
				func(_ func(int, int), forceKeyFrame func()) { forceKeyFrame() })
			if err != nil {
				t.Fatal(err)
			}
			var keyFrames []int
			for i, unit := range units {
				if unit.KeyFrame {
					keyFrames = append(keyFrames, i)
				}
			}
			if len(keyFrames) != 2 || keyFrames[0] != 0 || keyFrames[1] < count/2 || keyFrames[1] > count/2+5 {
				t.Errorf("key frames at %v, want 0 and soon after %d", keyFrames, count/2)
			}
		})
	}
}

func TestSizeChangesWithKeyFrame(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			const count = 40
			units, err := testpublisher.EncodeUnits(testpublisher.Config{Codec: codec, Width: 320, Height: 180}, count,
				func(setSize func(int, int), _ func()) { setSize(640, 360) })
			if err != nil {
				t.Fatal(err)
			}
			for i, unit := range units[count/2:] {
				if unit.KeyFrame {
					units = units[count/2+i:]
					break
				}
			}
			pictures := decode(t, codec, units, 640, 360)
			if len(units) == count || len(pictures) != len(units) {
				t.Fatalf("%d pictures of the new size, %d access units", len(pictures), len(units))
			}
			if _, ok := testpicture.Read(pictures[0], 640, 640, 360); !ok {
				t.Error("no time in the first picture of the new size")
			}
		})
	}
}

func TestUnknownCodecIsNamed(t *testing.T) {
	_, err := testpublisher.EncodeUnits(testpublisher.Config{Codec: "mpeg2"}, 1, nil)
	if err == nil {
		t.Fatal("no error")
	}
	if want := `codec "mpeg2": this publisher has vp8, vp9, h264 and h265`; err.Error() != want {
		t.Errorf("error is %q, want %q", err, want)
	}
}
