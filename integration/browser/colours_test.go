package browser_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/browser"
	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestColoursAreThoseThatABrowserShows has a browser and the element receive one VP8 track, which cannot tell its colours:
// both take them for BT.601 (ADR 0018, which has the other codecs, too). It compares one and the same picture, known by the
// time in it: how near an encoder comes to the colours differs from picture to picture.
func TestColoursAreThoseThatABrowserShows(t *testing.T) {
	const off = 6 // of 255: two decoders, two converters, and a canvas
	rig.Publish(t, testpublisher.Config{Pattern: testpublisher.Colours, Width: rig.Width, Height: rig.Height, FrameRate: 10})
	patches := testpicture.Patches()
	settings := browser.Settings{Role: "show"}
	for _, patch := range patches {
		at := patch.Centre(rig.Width, rig.Height)
		settings.Points = append(settings.Points, point(at.X, at.Y))
	}
	for block := range testpicture.Blocks {
		x := (2*block + 1) * rig.Width / (2 * testpicture.Blocks)
		settings.Points = append(settings.Points, point(x, bandRows/2), point(x, bandRows+bandRows/2))
	}
	b := browser.Start(t, settings)
	l := launch.Start(t, "-v livekitsrc room="+rig.Room(t)+
		" ! videoconvert ! video/x-raw,format=RGBA ! identity name=probe silent=false ! fdsink fd=3")
	ours := l.Frame()
	shown := b.Await("shown a picture that is shown here, too", func(e browser.Event) bool {
		if e.Event != "shows" || e.Width != rig.Width {
			return false
		}
		theirs, ok := timeOf(e.Colours[len(patches):])
		for ok {
			value, err := ours.Time()
			if ahead := int32(value - theirs); err == nil && ahead >= 0 {
				return ahead == 0
			}
			ours = l.Frame()
		}
		return false
	})
	for i, patch := range patches {
		at := patch.Centre(rig.Width, rig.Height)
		colour, err := ours.At(at.X, at.Y)
		if err != nil {
			t.Fatal(err)
		}
		for channel, value := range shown.Colours[i] {
			if d := int(colour[channel]) - value; d > off || d < -off {
				t.Errorf("%s is %v here, and %v in the browser", patch.Name, colour, shown.Colours[i])
				break
			}
		}
	}
}

// point is the middle of a pixel, in parts of the picture.
func point(x, y int) [2]float64 {
	return [2]float64{(float64(x) + 0.5) / rig.Width, (float64(y) + 0.5) / rig.Height}
}

var bandRows = testpicture.BandRows(rig.Height)

// timeOf reads the time from the colours of the blocks, each with the one below it.
func timeOf(blocks [][3]int) (value uint32, ok bool) {
	return testpicture.ReadFunc(rig.Width, bandRows, func(x, y int) uint8 {
		return uint8(blocks[2*(x*testpicture.Blocks/rig.Width)+y/bandRows][1])
	})
}
