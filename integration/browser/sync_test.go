package browser_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/browser"
	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/skew"
)

// TestSoundOfABrowserIsInSync records a canvas and WebAudio. The browser captures a canvas up to a picture's time after it was drawn,
// and says when the sound was with the error of libwebrtc.
func TestSoundOfABrowserIsInSync(t *testing.T) {
	const (
		settled = 4 * time.Second
		within  = 60 * time.Millisecond
	)
	b := browser.Start(t, browser.Settings{Role: "publish", Width: 320, Height: 180, FrameRate: 30, Beat: true})
	b.Await("published", func(e browser.Event) bool { return e.Event == "published" })
	file := filepath.Join(t.TempDir(), "recording.mkv")
	l := launch.Start(t, fmt.Sprintf("-e -v matroskamux name=m ! filesink location=%[2]s livekitsrc room=%[1]s ! m. "+
		"livekitaudiosrc room=%[1]s ! identity name=probe silent=false ! m.", rig.Room(t), file))
	// A busy browser does not draw every flash, so there are more than are needed.
	l.Lines(800, "GstIdentity:probe: last-message = chain ")
	l.Interrupt()
	if status, printed := l.End(); status != 0 {
		t.Errorf("exit status %d\n%s", status, printed)
	}
	all, err := skew.File(rig.Patient(t), file, settled)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(all)
	if len(all) < 3 || all.Median().Abs() > within {
		t.Errorf("the sound is more than %v off: %v", within, all)
	}
}
