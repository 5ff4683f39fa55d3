package browser_test

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/browser"
	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestColoursAreThoseThatABrowserShows has a browser and the element receive one VP8 track, which cannot tell its colours:
// both take them for BT.601 (ADR 0018, which has the other codecs, too).
func TestColoursAreThoseThatABrowserShows(t *testing.T) {
	const off = 6 // of 255: two decoders, two converters, and a canvas
	rig.Publish(t, testpublisher.Config{Pattern: testpublisher.Colours, Width: rig.Width, Height: rig.Height})
	patches := testpicture.Patches()
	settings := browser.Settings{Role: "show"}
	for _, patch := range patches {
		at := patch.Centre(rig.Width, rig.Height)
		settings.Points = append(settings.Points, [2]float64{float64(at.X) / rig.Width, float64(at.Y) / rig.Height})
	}
	shown := browser.Start(t, settings).Await("shown a picture", func(e browser.Event) bool {
		return e.Event == "shows" && e.Width == rig.Width && len(e.Colours) == len(patches)
	})

	file := filepath.Join(t.TempDir(), "picture.png")
	l := launch.Start(t, "livekitsrc room="+rig.Room(t)+" ! videoconvert ! pngenc snapshot=true ! filesink location="+file)
	if status, printed := l.End(); status != 0 {
		t.Fatalf("exit status %d\n%s", status, printed)
	}
	picture, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer picture.Close()
	ours, err := png.Decode(picture)
	if err != nil {
		t.Fatal(err)
	}
	for i, patch := range patches {
		at := patch.Centre(rig.Width, rig.Height)
		r, g, b, _ := ours.At(at.X, at.Y).RGBA()
		for channel, value := range [3]int{int(r >> 8), int(g >> 8), int(b >> 8)} {
			if d := value - shown.Colours[i][channel]; d > off || d < -off {
				t.Errorf("%s is %d %d %d here, and %v in the browser", patch.Name, r>>8, g>>8, b>>8, shown.Colours[i])
				break
			}
		}
	}
}
