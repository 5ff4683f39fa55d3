package publisher_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/browser"
	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

const (
	width, height = 480, 272
	passphrase    = "a pass phrase"
	probe         = " ! identity name=probe silent=false ! fakesink"
)

// flows waits for pictures of a size, or for sound if that is empty.
func flows(l *launch.Launch, size string) {
	if size != "" {
		l.Line(`caps = video/x-raw.*` + size)
	}
	l.Lines(10, `GstIdentity:probe: last-message = chain `)
}

func size(part int) string {
	return fmt.Sprintf(`width=\(int\)%d, height=\(int\)%d`, width/part, height/part)
}

// publications are what Chromium publishes in layers.
var publications = []struct{ name, codec, mode string }{
	{"VP8Simulcast", "vp8", ""},
	{"H264Simulcast", "h264", ""},
	{"VP9SVC", "vp9", "L2T3_KEY"},
	{"AV1SVC", "av1", "L2T3_KEY"},
}

func TestLayersOfEachCodecAreReceived(t *testing.T) {
	for _, c := range publications {
		t.Run(c.name, func(t *testing.T) {
			b := browser.Start(t, browser.Settings{
				Role: "publish", Width: width, Height: height, FrameRate: 10, Codec: c.codec, ScalabilityMode: c.mode,
			})
			b.Await("sent its best layer", func(e browser.Event) bool { return e.Event == "sends" && e.Width == width })
			for quality, part := range map[string]int{"high": 1, "low": 2} {
				l := launch.Start(t, fmt.Sprintf("-v livekitsrc quality=%s room=%s ! video/x-raw%s", quality, rig.Room(t), probe))
				flows(l, size(part))
				l.Interrupt()
				l.End()
			}
		})
	}
}

func TestEncryptedPictureAndSoundAreDecrypted(t *testing.T) {
	for _, codec := range []string{"vp8", "h264", "vp9"} {
		t.Run(codec, func(t *testing.T) {
			browser.Start(t, browser.Settings{
				Role: "publish", Width: width, Height: height, FrameRate: 10, Codec: codec, Sound: true, Passphrase: passphrase,
			})
			for _, element := range []string{"livekitsrc", "livekitaudiosrc silence=none"} {
				l := launch.Program(t, nil, "gst-launch-1.0", append([]string{"-v"},
					words(element+" room="+rig.Room(t), "e2ee-key="+passphrase, probe)...)...)
				flows(l, "")
				l.Interrupt()
				l.End()
			}
		})
	}
}

func TestSharedScreenOfOneFrameASecondIsReceived(t *testing.T) {
	browser.Start(t, browser.Settings{Role: "publish", Screen: true, Width: width, Height: height, FrameRate: 1})
	l := launch.Start(t, "-v livekitsrc track-source=screen-share room="+rig.Room(t)+" ! video/x-raw"+probe)
	flows(l, size(1))
}

func TestSoundWithDTXAndREDIsReceived(t *testing.T) {
	b := browser.Start(t, browser.Settings{Role: "publish", Width: width, Height: height, FrameRate: 10, Sound: true})
	b.Await("published sound", func(e browser.Event) bool { return e.Event == "heard" })
	l := launch.Start(t, "-v livekitaudiosrc silence=none room="+rig.Room(t)+" ! audio/x-raw"+probe)
	flows(l, "")
}

func TestCameraGoesOffAndOn(t *testing.T) {
	b := browser.Start(t, browser.Settings{Role: "publish", Width: width, Height: height, FrameRate: 10})
	l := launch.Start(t, "-v -m livekitsrc room="+rig.Room(t)+" ! video/x-raw"+probe)
	flows(l, "")
	b.Do("mute")
	l.Line(`livekit-muted.*muted=\(boolean\)true`)
	b.Do("unmute")
	muted := len(l.Output())
	l.LineAfter(muted, `GstIdentity:probe: last-message = chain `)
}

// words are those of a pipeline: the element's, one that may have spaces in it, and those of the rest.
func words(element, whole, rest string) []string {
	return append(append(strings.Fields(element), whole), strings.Fields(rest)...)
}
