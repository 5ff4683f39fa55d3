package contract

import (
	"slices"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func givesTheTrackOfEachCodec(t *testing.T) {
	for _, codec := range codecs {
		t.Run(string(codec), func(t *testing.T) {
			rig.Publish(t, testpublisher.Config{Codec: codec})
			rig.CheckFlow(t, start(t).Frames(30))
		})
	}
}

func givesTheFormatThatDownstreamAsksFor(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Pattern: testpublisher.Colours, Bitrate: 3_000_000})
	room := rig.Room(t)
	for _, format := range caps.Types() {
		t.Run(format.String(), func(t *testing.T) {
			p := play.Start(t, "livekitsrc room="+room+" ! "+format.Caps()+play.Sink)
			f := p.Frame()
			rig.CheckCaps(t, f.Info, testpublisher.H264, format)
			rig.CheckColours(t, f)
			if _, err := f.Time(); err != nil {
				t.Error(err)
			}
		})
	}
}

func followsASizeChange(t *testing.T) {
	for _, codec := range codecs {
		t.Run(string(codec), func(t *testing.T) {
			publisher := rig.Publish(t, testpublisher.Config{Codec: codec})
			p := start(t)
			frames := p.Frames(5)
			for _, size := range [][2]int{{480, 360}, {rig.Width, rig.Height}} {
				if err := publisher.SetSize(size[0], size[1]); err != nil {
					t.Fatal(err)
				}
				for {
					f := p.Frame()
					frames = append(frames, f)
					if f.Info.Width == size[0] && f.Info.Height == size[1] {
						break
					}
				}
				frames = append(frames, p.Frames(5)...)
			}
			rig.CheckFlow(t, frames)
		})
	}
}

func playsTwiceInOnePipeline(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Identity: "a"})
	rig.Publish(t, testpublisher.Config{Identity: "b", Codec: testpublisher.H264, Width: 160, Height: 90})
	room := rig.Room(t)
	p := play.Start(t, "livekitsrc participant=a room="+room+play.Sink+
		" livekitsrc participant=b room="+room+" ! appsink name=other sync=false max-buffers=8 drop=true")
	var a, b []rig.Frame
	for range 20 {
		a, b = append(a, p.FrameOf("sink")), append(b, p.FrameOf("other"))
	}
	rig.CheckFlow(t, a)
	rig.CheckFlow(t, b)
	if widths := []int{a[0].Info.Width, b[0].Info.Width}; !slices.Equal(widths, []int{rig.Width, 160}) {
		t.Errorf("the pictures are %v wide", widths)
	}
}
