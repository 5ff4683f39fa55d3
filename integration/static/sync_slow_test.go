//go:build slow

package static

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/skew"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestSoundIsInSyncWhileLayersChange has the server change between the layers of a picture again and again.
func TestSoundIsInSyncWhileLayersChange(t *testing.T) {
	const (
		settled = 4 * time.Second
		exact   = 20 * time.Millisecond
	)
	rig.Publish(t, testpublisher.Config{Tone: true, Simulcast: true, Width: 640, Height: 360})
	file := filepath.Join(t.TempDir(), "recording.mkv")
	of := "room=" + rig.Room(t) + " participant=publisher"
	p := play.Start(t, "livekitsrc name=src "+of+" ! videoconvertscale ! video/x-raw,format=I420,width=320,height=180 ! tee name=t ! queue ! "+
		"matroskamux name=m ! filesink location="+file+" t. ! queue leaky=downstream"+play.Sink+" livekitaudiosrc "+of+" ! queue ! m.")
	const every = 90 // pictures
	for range 2 {
		for _, row := range []struct {
			quality string
			width   int
		}{{"high", 640}, {"low", 160}, {"medium", 320}} {
			p.Element("src").SetArg("quality", row.quality)
			awaitLayer(p, row.width)
			p.Forget()
			p.Frames(every)
		}
	}
	if !p.SendEvent(gst.NewEOSEvent()) {
		t.Fatal("nothing ends")
	}
	p.AwaitEnd()
	p.Stop()
	all, err := skew.File(rig.Patient(t), file, settled)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(all)
	if len(all) < 6 || all.Median().Abs() > exact {
		t.Errorf("the sound is more than %v off: %v", exact, all)
	}
}
