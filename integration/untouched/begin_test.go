package untouched

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// The server begins with whichever of the three layers has a key frame first.
func TestRecordingHasTheSizeOfTheLayerThatWasAskedFor(t *testing.T) {
	for _, codec := range []string{"VP8", "H264"} {
		t.Run(codec, func(t *testing.T) {
			rig.PublishNode(t, rtcnode.Settings{Codec: codec, Width: 1280, Height: 720, Simulcast: true})
			// Until the publisher has worked up to its best layer, a recording may begin with less.
			best := launch.Start(t, "-v livekitsrc room="+rig.Room(t)+" ! video/x-raw ! fakesink")
			best.Lines(1, `caps = video/x-raw.*width=\(int\)1280`)
			best.Interrupt()
			best.End()
			for range 3 {
				for quality, size := range map[string]string{"low": "320,180", "medium": "640,360", "auto": "1280,720"} {
					file := filepath.Join(t.TempDir(), "recording.mkv")
					l := launch.Start(t, fmt.Sprintf(
						"-e -v livekitsrc quality=%s room=%s ! identity name=probe silent=false ! matroskamux ! filesink location=%s",
						quality, rig.Room(t), file))
					l.Lines(40, `GstIdentity:probe: last-message = chain `)
					l.Interrupt()
					if status, printed := l.End(); status != 0 {
						t.Errorf("quality=%s: exit status %d\n%s", quality, status, printed)
					}
					out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v:0",
						"-show_entries", "frame=width,height", "-of", "csv=p=0", file).Output()
					if err != nil {
						t.Error(err)
					}
					for _, line := range strings.Fields(string(out)) {
						if !strings.HasPrefix(line, size) {
							t.Fatalf("quality=%s has a picture of %s, want %s", quality, line, size)
						}
					}
				}
			}
		})
	}
}

// Every picture of L3T3 is a superframe.
func TestSnapshotOfLayersOfVP9Ends(t *testing.T) {
	rig.PublishNode(t, rtcnode.Settings{Codec: "VP9", Width: 1280, Height: 720, ScalabilityMode: "L3T3"})
	l := launch.Start(t, "livekitsrc room="+rig.Room(t)+" ! videoconvert ! pngenc snapshot=true ! fakesink")
	if status, printed := l.End(); status != 0 {
		t.Errorf("exit status %d\n%s", status, printed)
	}
}
