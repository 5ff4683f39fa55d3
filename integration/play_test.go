package integration

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// read is the end of a pipeline whose frames launch.Launch.Frame reads.
const read = " ! identity name=probe silent=false ! fdsink fd=3 sync=false"

func TestTrackPlaysInGstLaunch(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{Codec: codec})
			frames := launch.Start(t, "-v livekitsrc room="+rig.Room(t)+read).Frames(40)
			rig.CheckFlow(t, frames)
			if first := frames[0].PTS; first > 10*time.Second {
				t.Errorf("the first frame comes %v after the start", first)
			}
		})
	}
}

func TestFormatProperty(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Pattern: testpublisher.Colours, Bitrate: 3_000_000})
	room := rig.Room(t)
	for format, nick := range map[caps.VideoBufferType]string{
		caps.RGBA:  "rgba",
		caps.ABGR:  "abgr",
		caps.ARGB:  "argb",
		caps.BGRA:  "bgra",
		caps.RGB24: "rgb24",
		caps.I420:  "i420",
		caps.I420A: "i420a",
		caps.I422:  "i422",
		caps.I444:  "i444",
		caps.I010:  "i010",
		caps.NV12:  "nv12",
	} {
		t.Run(nick, func(t *testing.T) {
			l := launch.Start(t, "-v livekitsrc room="+room+" format="+nick+read)
			f := l.Frame()
			rig.CheckCaps(t, f.Info, testpublisher.VP8, format)
			rig.CheckColours(t, f)
			if _, err := f.Time(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSizeChangeInMidStream(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			publisher := rig.Publish(t, testpublisher.Config{Codec: codec})
			l := launch.Start(t, "-v livekitsrc room="+rig.Room(t)+read)
			before := l.Frames(10)
			if err := publisher.SetSize(480, 360); err != nil {
				t.Fatal(err)
			}
			next := l.Frame()
			for next.Info.Width == rig.Width {
				next = l.Frame()
			}
			after := append([]rig.Frame{next}, l.Frames(20)...)
			rig.CheckFlow(t, append(before, after...))
			for _, f := range after {
				if f.Info.Width != 480 || f.Info.Height != 360 {
					t.Fatalf("a frame has %dx%d pixels", f.Info.Width, f.Info.Height)
				}
			}
		})
	}
}
