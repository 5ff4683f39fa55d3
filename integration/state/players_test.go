package state

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

var codecs = []testpublisher.Codec{testpublisher.VP8, testpublisher.H264}

// thirty is a sink that ends the stream with the thirtieth frame.
const thirty = "fakesink num-buffers=30 sync=true"

// newPlayer makes an element that is a pipeline, and gives it a video sink that is thirty.
func newPlayer(t *testing.T, factory string) *play.Pipeline {
	t.Helper()
	player, err := gst.NewElement(factory)
	if err != nil {
		t.Fatal(err)
	}
	sink, err := gst.NewBinFromString(thirty, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := player.SetProperty("video-sink", sink.Element); err != nil {
		t.Fatal(err)
	}
	return play.Wrap(t, &gst.Pipeline{Bin: &gst.Bin{Element: player}})
}

func TestPlaybinPlaysAnAddress(t *testing.T) {
	for _, element := range []string{"playbin", "playbin3"} {
		for _, codec := range codecs {
			t.Run(element+string(codec), func(t *testing.T) {
				rig.Publish(t, testpublisher.Config{Codec: codec})
				p := newPlayer(t, element)
				if err := p.SetProperty("uri", address(t)); err != nil {
					t.Fatal(err)
				}
				p.Play()
				p.AwaitEnd()
			})
		}
	}
}

func TestURIDecodebinGivesTheFrames(t *testing.T) {
	for _, element := range []string{"uridecodebin", "uridecodebin3"} {
		for _, codec := range codecs {
			t.Run(element+string(codec), func(t *testing.T) {
				rig.Publish(t, testpublisher.Config{Codec: codec})
				rig.CheckFlow(t, play.Start(t, element+" uri="+address(t)+play.Sink).Frames(30))
			})
		}
	}
}

func TestURIDecodebinOfThePluginFileGivesTheFrames(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	l := launch.Start(t, "-v uridecodebin3 uri="+address(t)+" ! identity name=probe silent=false ! fdsink fd=3")
	rig.CheckFlow(t, l.Frames(30))
}

func TestGstPlayPlaysAnAddress(t *testing.T) {
	for name, option := range map[string]string{"Playbin": "--no-position", "Playbin3": "--use-playbin3"} {
		t.Run(name, func(t *testing.T) {
			rig.Publish(t, testpublisher.Config{})
			cmd := exec.CommandContext(rig.Patient(t), "gst-play-1.0", "--no-interactive", option, "--videosink="+thirty, address(t))
			cmd.Env = append(os.Environ(), "NO_COLOR=1")
			printed, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(printed), "Reached end of play list.") {
				t.Errorf("%v:\n%s", err, printed)
			}
		})
	}
}
