package browser_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/browser"
	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

const width, height = 480, 272

// TestRecordingOfABrowsersLayersHasTheSizeThatWasAskedFor records the two layers of a browser, untouched: simulcast, or, of VP9
// and AV1, layers in one stream. (With this server, LiveKit's client publishes no simulcast of them.) The server begins with
// whichever has a key frame first.
func TestRecordingOfABrowsersLayersHasTheSizeThatWasAskedFor(t *testing.T) {
	for _, codec := range []string{"h264", "vp9", "av1"} {
		t.Run(codec, func(t *testing.T) {
			b := browser.Start(t, browser.Settings{Role: "publish", Width: width, Height: height, FrameRate: 10, Codec: codec})
			b.Await("sent its best layer", func(e browser.Event) bool { return e.Event == "sends" && e.Width == width })
			// Until the server passes that on, a recording may begin with less.
			room := rig.Room(t)
			best := launch.Start(t, "-v livekitsrc room="+room+" ! video/x-raw ! fakesink")
			best.Line(fmt.Sprintf(`caps = video/x-raw.*width=\(int\)%d`, width))
			best.Interrupt()
			best.End()
			for quality, part := range map[string]int{"auto": 1, "low": 2} {
				t.Run(quality, func(t *testing.T) {
					t.Parallel()
					record(t, room, quality, width/part, height/part)
				})
			}
		})
	}
}

// record is the line of docs/guide/formats.md, and checks the file.
func record(t *testing.T, room, quality string, width, height int) {
	t.Helper()
	const pictures = 15
	file := filepath.Join(t.TempDir(), "recording.mkv")
	l := launch.Start(t, fmt.Sprintf(
		"-e -v livekitsrc quality=%s room=%s ! identity name=probe silent=false ! matroskamux ! filesink location=%s",
		quality, room, file))
	l.Lines(pictures, `GstIdentity:probe: last-message = chain `)
	l.Interrupt()
	if status, printed := l.End(); status != 0 {
		t.Errorf("exit status %d\n%s", status, printed)
	}
	packets := rig.Probe(t, file, "packet=flags")
	if len(packets) < pictures || !strings.HasPrefix(packets[0], "K") {
		t.Errorf("packets %v, want a key frame and more", packets)
	}
	frames := rig.Probe(t, file, "frame=width,height")
	if len(frames) != len(packets) {
		t.Errorf("%d pictures in %d packets", len(frames), len(packets))
	}
	for i, frame := range frames {
		if frame != fmt.Sprintf("%d,%d", width, height) {
			t.Fatalf("picture %d is of %s, want %dx%d", i, frame, width, height)
		}
	}
}
