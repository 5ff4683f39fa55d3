package malicious

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// clip is good media: frames that begin with a key frame, unless delta says that they don't, and the size of their pictures.
type clip struct {
	width, height int
	frames        [][]byte
	delta         bool
}

// encoders of H.264 and H.265 make several slices a picture.
var encoders = map[caps.Codec]string{
	caps.VP8:  "vp8enc deadline=1 cpu-used=16",
	caps.VP9:  "vp9enc deadline=1 cpu-used=8",
	caps.H264: "x264enc tune=zerolatency speed-preset=ultrafast option-string=slices=4 ! video/x-h264,stream-format=byte-stream,alignment=au,profile=baseline",
	caps.H265: "x265enc tune=zerolatency speed-preset=ultrafast option-string=log-level=none:slices=2 ! video/x-h265,stream-format=byte-stream,alignment=au",
	caps.AV1:  "av1enc usage-profile=realtime cpu-used=8 ! av1parse ! video/x-av1,stream-format=obu-stream,alignment=tu",
}

// newClips encodes clips that differ in their size, which tells where a picture is from.
func newClips(t *testing.T, codec caps.Codec) []clip {
	t.Helper()
	directory := t.TempDir()
	clips := []clip{{width: 320, height: 176}, {width: 256, height: 144}, {width: 192, height: 112}}
	var line strings.Builder
	for _, c := range clips {
		fmt.Fprintf(&line, " videotestsrc pattern=ball num-buffers=15 ! video/x-raw,format=I420,width=%d,height=%d,framerate=30/1"+
			" ! %s ! multifilesink location=%s/%d-%%05d", c.width, c.height, encoders[codec], directory, c.width)
	}
	command := exec.CommandContext(rig.Patient(t), "gst-launch-1.0", strings.Fields(line.String())...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("encode %s: %v\n%s", codec, err, out)
	}
	for i, c := range clips {
		files, err := filepath.Glob(fmt.Sprintf("%s/%d-*", directory, c.width))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s encoder made nothing (%v)", codec, err)
		}
		slices.Sort(files)
		for _, file := range files {
			frame, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			clips[i].frames = append(clips[i].frames, frame)
		}
	}
	return clips
}
