package static

import (
	"testing"
	"time"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// TestDecoderThatIsTooSlowGetsALowerLayer has a decoder that needs twice the time which there is for a picture of the best
// layer, and next to none for the others.
func TestDecoderThatIsTooSlowGetsALowerLayer(t *testing.T) {
	for _, quality := range []string{"auto", "high"} {
		t.Run(quality, func(t *testing.T) {
			publishLayers(t)
			p := play.Start(t, "livekitsrc name=src quality="+quality+" room="+rig.Room(t)+play.Sink)
			awaitLayer(p, 1280)
			decoder := p.Element("decoder").GetStaticPad("src")
			decoder.AddProbe(gst.PadProbeTypeBuffer, func(pad *gst.Pad, _ *gst.PadProbeInfo) gst.PadProbeReturn {
				width, err := pad.GetCurrentCaps().GetStructureAt(0).GetValue("width")
				if err == nil && width.(int) > 640 {
					<-time.After(time.Second / 15)
				}
				return gst.PadProbeOK
			})
			awaitLayer(p, 640)
			awaitNoBacklog(t, p, 640)
			if failures := p.Said(gst.MessageError); len(failures) > 0 {
				t.Error(failures)
			}
		})
	}
}

// awaitNoBacklog reads until pictures of this width come at once.
func awaitNoBacklog(t *testing.T, p *play.Pipeline, width int) {
	t.Helper()
	for {
		f := p.Frame()
		if f.Info.Width != width {
			continue
		}
		made, err := f.Time()
		if err != nil {
			t.Fatal(err)
		}
		if testpicture.Latency(f.Read, made) < time.Second/2 {
			return
		}
	}
}
