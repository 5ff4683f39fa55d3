package untouched

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// TestFileGoesOnWhenThePictureChangesItsSize has another layer come while it is recorded, in the ways that docs/guide/formats.md names.
func TestFileGoesOnWhenThePictureChangesItsSize(t *testing.T) {
	for _, codec := range []struct {
		name, filter string
		muxers       []string
	}{
		{"VP8", "", []string{"matroskamux ! filesink", "webmmux ! filesink"}},
		{"H264", "video/x-h264,stream-format=avc3 ! ", []string{"matroskamux ! filesink", "mp4mux ! filesink", "splitmuxsink muxer-factory=matroskamux"}},
	} {
		t.Run(codec.name, func(t *testing.T) {
			rig.PublishNode(t, rtcnode.Settings{Codec: codec.name, Width: 1280, Height: 720, Simulcast: true})
			room := rig.Room(t)
			// Until the publisher has worked up to its best layer, layers change by themselves.
			best := launch.Start(t, "-v livekitsrc room="+room+" ! video/x-raw ! fakesink")
			best.Lines(1, `caps = video/x-raw.*width=\(int\)1280`)
			best.Interrupt()
			best.End()
			for _, muxer := range codec.muxers {
				t.Run(muxer, func(t *testing.T) {
					file := filepath.Join(t.TempDir(), "recording")
					p := play.Start(t, "livekitsrc name=src room="+room+" ! "+codec.filter+muxer+" location="+file)
					size := func(width int) {
						p.Await(strconv.Itoa(width)+" columns", func(m play.Message) bool {
							return m.Name == "livekit-layer" && m.Structure.Text("width") == strconv.Itoa(width)
						})
					}
					size(1280)
					// That a layer comes is told before its first picture is let out. Until then another wish could leave it out.
					p.Log("src", "src").AwaitKind("buffer")
					src := p.Element("src")
					src.SetArg("quality", "low")
					size(320)
					src.SetArg("quality", "high")
					size(1280) // what came before is in the file
					src.SendEvent(gst.NewEOSEvent())
					p.AwaitEnd()
					out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v:0",
						"-show_entries", "frame=width,height", "-of", "csv=p=0", file).CombinedOutput()
					sizes := slices.Compact(strings.Fields(string(out)))
					first := slices.Index(sizes, "1280,720")
					if err != nil || first < 0 || !slices.Contains(sizes[first:], "320,180") {
						t.Errorf("%v, the file has %v", err, sizes)
					}
				})
			}
		})
	}
}
