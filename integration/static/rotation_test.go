package static

import (
	"fmt"
	"image"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// turn is what a publisher says has to be done to its picture, and where a point of the picture then is.
type turn struct {
	tag         string
	orientation testpublisher.Orientation
	moved       func(p image.Point, width, height int) image.Point
}

var turns = []turn{
	{"rotate-0", testpublisher.Orientation{}, func(p image.Point, _, _ int) image.Point { return p }},
	{
		"rotate-90",
		testpublisher.Orientation{Anticlockwise: 270},
		func(p image.Point, _, height int) image.Point { return image.Pt(height-1-p.Y, p.X) },
	},
	{
		"rotate-180",
		testpublisher.Orientation{Anticlockwise: 180},
		func(p image.Point, width, height int) image.Point { return image.Pt(width-1-p.X, height-1-p.Y) },
	},
	{
		"rotate-270",
		testpublisher.Orientation{Anticlockwise: 90},
		func(p image.Point, width, _ int) image.Point { return image.Pt(p.Y, width-1-p.X) },
	},
	{
		"flip-rotate-0",
		testpublisher.Orientation{HorizontalFlip: true},
		func(p image.Point, width, _ int) image.Point { return image.Pt(width-1-p.X, p.Y) },
	},
	{
		"flip-rotate-90",
		testpublisher.Orientation{HorizontalFlip: true, Anticlockwise: 270},
		func(p image.Point, width, height int) image.Point { return image.Pt(height-1-p.Y, width-1-p.X) },
	},
}

// TestVideoflipTurnsThePictureUpright changes the orientation in the middle of the stream, from each value to the next.
func TestVideoflipTurnsThePictureUpright(t *testing.T) {
	var present atomic.Pointer[testpublisher.Orientation]
	present.Store(&turns[0].orientation)
	rig.Publish(t, testpublisher.Config{
		Codec: testpublisher.H264, Pattern: testpublisher.Colours, Bitrate: 3_000_000,
		Attach: func(testpublisher.Picture) testpublisher.Attachment {
			return testpublisher.Attachment{Orientation: present.Load()}
		},
	})
	p := play.Parse(t, "livekitsrc room="+rig.Room(t)+
		" ! videoflip name=flip video-direction=auto ! videoconvert ! video/x-raw,format=RGBA"+play.Sink)
	log := p.Log("flip", "sink")
	p.Play()
	for _, turn := range turns {
		present.Store(&turn.orientation)
		log.Await(turn.tag, func(passed play.Passed) bool {
			return passed.Kind == "tag" && strings.Contains(passed.Text, "image-orientation=(string)"+turn.tag)
		})
		frame := log.AwaitKind("buffer").Time // the first one with that tag in front
		for f := p.Frame(); ; f = p.Frame() {
			if f.PTS >= frame {
				checkTurned(t, turn, f)
				break
			}
		}
	}
}

func checkTurned(t *testing.T, turn turn, f rig.Frame) {
	t.Helper()
	const tolerance = 12 // of 255, for the encoder and two conversions
	for _, patch := range testpicture.Patches() {
		at := turn.moved(patch.Centre(rig.Width, rig.Height), rig.Width, rig.Height)
		if !at.In(image.Rect(0, 0, f.Info.Width, f.Info.Height)) || f.Info.Type != caps.RGBA {
			t.Fatalf("%s: a frame %v of %dx%d", turn.tag, f.Info.Type, f.Info.Width, f.Info.Height)
		}
		got, err := f.At(at.X, at.Y)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range [...]uint8{patch.RGB.R, patch.RGB.G, patch.RGB.B} {
			if difference := int(got[i]) - int(want); difference > tolerance || difference < -tolerance {
				t.Errorf("%s: %s at %v is %v, want %s", turn.tag, patch.Name, at, got, fmt.Sprint(patch.RGB))
				break
			}
		}
	}
}
