package chain

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// telling is how ffmpeg rewrites what a stream tells of its colours; it has no way to do so for single frames of VP9.
var telling = map[caps.Codec]struct{ format, filter string }{
	caps.H264: {"h264", "h264_metadata=colour_primaries=%[1]d:transfer_characteristics=%[1]d:matrix_coefficients=%[1]d"},
	caps.H265: {"hevc", "hevc_metadata=colour_primaries=%[1]d:transfer_characteristics=%[1]d:matrix_coefficients=%[1]d"},
	caps.AV1:  {"obu", "av1_metadata=color_primaries=%[1]d:transfer_characteristics=%[1]d:matrix_coefficients=%[1]d"},
}

// tell makes a key frame tell colours by their number in Recommendation ITU-T H.273, where 2 is unspecified.
func tell(t *testing.T, codec caps.Codec, unit []byte, number int) []byte {
	t.Helper()
	if codec == caps.VP8 || codec == caps.VP9 { // VP8 has no way to tell, and who pushes VP9 has read it
		return unit
	}
	how, dir := telling[codec], t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	if err := os.WriteFile(in, unit, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("ffmpeg", "-v", "error", "-f", how.format, "-i", in, "-c", "copy",
		"-bsf:v", fmt.Sprintf(how.filter, number), "-f", how.format, out)
	if printed, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, printed)
	}
	unit, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return unit
}

// read is what is read of a key frame of VP9 that tells this number.
var read = map[int]picture.Colorimetry{1: picture.BT709, 6: picture.BT601}

func TestColoursAreWhatTheStreamTellsAndElseBT601(t *testing.T) {
	const bt709, bt601 = 3, 4                      // GstVideoColorMatrix
	const tellsBT709, untold, tellsBT601 = 1, 2, 6 // H.273
	for _, codec := range []caps.Codec{caps.VP8, caps.H264, caps.VP9, caps.H265, caps.AV1} {
		for number, want := range map[int]uint8{tellsBT709: bt709, untold: bt601, tellsBT601: bt601} {
			if codec == caps.VP8 {
				want = bt601
			}
			for _, height := range []int{96, 720} { // GStreamer guesses by it
				t.Run(fmt.Sprintf("%v tells %d, %d rows", codec, number, height), func(t *testing.T) {
					t.Parallel()
					units := encode(t, encodedKey{codec: codec, source: "pattern=smpte75", width: 128, height: height})
					c := newChain(t, Config{Codec: codec})
					unit := Unit{Data: tell(t, codec, units[0], number), Due: time.Now(), KeyFrame: true}
					if codec == caps.VP9 {
						unit.Colorimetry = read[number]
					}
					if _, err := c.Push(unit); err != nil {
						t.Fatal(err)
					}
					c.End()
					f, err := c.Next(t.Context(), nil)
					if err != nil {
						t.Fatal(err)
					}
					defer f.Release()
					if got := f.Colorimetry; got.Matrix != want || got.Range != 2 {
						t.Errorf("colours %+v, want matrix %d in video range", got, want)
					}
				})
			}
		}
	}
}
