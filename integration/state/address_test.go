package state

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// tone is what the publisher of a picture plays with it.
var tone = rtcnode.Settings{Tone: 440}

// threeSeconds is a sink that ends the stream with the last of so much sound. It is more than what waits for the other
// stream in the beginning: queue of GStreamer 1.22 hangs when a stream ends while it has a query.
const threeSeconds = "fakesink num-buffers=150 sync=true"

// newPlayerOfBoth makes an element that is a pipeline, plays the test's room, and ends when both sinks have ended.
func newPlayerOfBoth(t *testing.T, factory, query string) *play.Pipeline {
	t.Helper()
	p := newPlayer(t, factory)
	sink, err := gst.NewBinFromString(threeSeconds, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SetProperty("audio-sink", sink.Element); err != nil {
		t.Fatal(err)
	}
	if err := p.SetProperty("uri", address(t)+query); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPlaybinPlaysPictureAndSound(t *testing.T) {
	for _, element := range []string{"playbin", "playbin3"} {
		t.Run(element, func(t *testing.T) {
			rig.PublishNode(t, tone)
			p := newPlayerOfBoth(t, element, "")
			p.Play()
			p.AwaitEnd()
		})
	}
}

func TestPlaybinPlaysSoundAlone(t *testing.T) {
	for _, element := range []string{"playbin", "playbin3"} {
		t.Run(element, func(t *testing.T) {
			rig.PublishTone(t, 440)
			p := newPlayerOfBoth(t, element, "")
			p.Play()
			p.AwaitEnd()
		})
	}
}

// The pad of the picture comes after no-more-pads.
func TestPlaybin3ShowsACameraThatIsSwitchedOnLater(t *testing.T) {
	peer := rig.PublishNode(t, tone)
	command(t, peer, "unpublish", "unpublished")
	p := newPlayerOfBoth(t, "playbin3", "")
	p.Play()
	p.Await("sound alone", func(m play.Message) bool { return m.Type == gst.MessageStreamsSelected })
	command(t, peer, "publish", "published")
	p.AwaitEnd()
	if n := len(p.Said(gst.MessageStreamsSelected)); n < 2 {
		t.Errorf("streams were selected %d times", n)
	}
}

func command(t *testing.T, peer *rtcnode.Peer, name, event string) {
	t.Helper()
	if err := peer.Command(name); err != nil {
		t.Fatal(err)
	}
	if _, err := peer.Await(event); err != nil {
		t.Fatal(err)
	}
}

// One stream of the two is not linked, which is no error.
func TestURIDecodebin3GivesOneOfTwo(t *testing.T) {
	rig.PublishNode(t, tone)
	p := play.Start(t, "uridecodebin3 uri="+address(t)+" ! audio/x-raw ! appsink name=sink sync=false max-buffers=8 drop=true")
	log := p.Log("sink", "sink")
	last := log.Await("a buffer", isBuffer).Time
	for range 100 {
		next := log.Await("a buffer", isBuffer).Time
		if next <= last {
			t.Fatalf("a buffer of %v comes after one of %v", next, last)
		}
		last = next
	}
}

func isBuffer(passed play.Passed) bool { return passed.Kind == "buffer" }

func TestGstPlayPlaysPictureAndSound(t *testing.T) {
	for name, option := range map[string]string{"Playbin": "--no-position", "Playbin3": "--use-playbin3"} {
		t.Run(name, func(t *testing.T) {
			rig.PublishNode(t, tone)
			cmd := exec.CommandContext(rig.Patient(t), "gst-play-1.0", "--no-interactive", option, "--videosink="+thirty, "--audiosink="+threeSeconds, address(t))
			cmd.Env = append(os.Environ(), "NO_COLOR=1")
			printed, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(printed), "Reached end of play list.") {
				t.Errorf("%v:\n%s", err, printed)
			}
		})
	}
}

// stream is how gst-discoverer-1.0 begins to describe one.
var stream = regexp.MustCompile(`(?m)^ +(video|audio) #\d+:`)

func TestGstDiscovererFindsWhatThereIs(t *testing.T) {
	for name, row := range map[string]struct {
		settings rtcnode.Settings
		query    string
		want     string
	}{
		"Both":    {tone, "", "audio video"},
		"Picture": {rtcnode.Settings{}, "", "video"},
		"Video":   {tone, "?kind=video", "video"},
		"Audio":   {tone, "?kind=audio", "audio"},
	} {
		t.Run(name, func(t *testing.T) {
			rig.PublishNode(t, row.settings)
			cmd := exec.CommandContext(rig.Patient(t), "gst-discoverer-1.0", "-t", "60", "-v", address(t)+row.query)
			printed, err := cmd.CombinedOutput()
			found := map[string]bool{}
			for _, match := range stream.FindAllStringSubmatch(string(printed), -1) {
				found[match[1]] = true
			}
			var got []string
			for _, kind := range []string{"audio", "video"} {
				if found[kind] {
					got = append(got, kind)
				}
			}
			if err != nil || strings.Join(got, " ") != row.want {
				t.Errorf("found %v, want %s: %v\n%s", got, row.want, err, printed)
			}
		})
	}
}

func newBin(t *testing.T) *gst.Element {
	t.Helper()
	element, err := gst.NewElement("livekitbin")
	if err != nil {
		t.Fatal(err)
	}
	return element
}

func TestAddressOfPictureAndSoundReadsAsItWasSet(t *testing.T) {
	for _, name := range []string{"LIVEKIT_URL", "LIVEKIT_TOKEN", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"} {
		t.Setenv(name, "")
	}
	for address, want := range map[string]string{
		"livekit://h/demo":                                      "livekit://h/demo",
		"livekit://h/demo?participant=a":                        "livekit://h/demo?participant=a",
		"livekit://h/demo?kind=audio":                           "livekit://h/demo?kind=audio",
		"livekit://h/demo?kind=video&quality=low":               "livekit://h/demo?quality=low&kind=video",
		"livekit://h/demo?token=x&track-source=camera":          "livekit://h/demo?track-source=camera",
		"livekit://h/demo?silence=gaps&quality=low&latency=200": "livekit://h/demo?quality=low&latency=200&silence=gaps",
	} {
		bin := newBin(t)
		if err := play.SetURI(bin, address); err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got := play.URI(bin); len(got) != len(want) || !samePairs(got, want) {
			t.Errorf("%s reads %s, want %s", address, got, want)
		}
	}
}

// samePairs compares two addresses, whatever the order of the pairs in their queries.
func samePairs(a, b string) bool {
	for pair := range strings.FieldsFuncSeq(b, func(r rune) bool { return r == '?' || r == '&' }) {
		if !strings.Contains(a, pair) {
			return false
		}
	}
	return true
}

func TestBadAddressOfPictureAndSoundIsRefused(t *testing.T) {
	for address, says := range map[string]string{
		"livekit://h":                             "names no room",
		"livekit://h/demo?kind=smell":             "has kind=smell: it must be one of video, audio",
		"livekit://h/demo?kind=audio&kind=video":  "has the key kind twice",
		"livekit://h/demo?quick=1":                `has an unknown key "quick"`,
		"livekit://h/demo?kind=audio&quality=low": `has an unknown key "quality"`,
		"livekit://h/demo?latency=soon":           "has latency=soon: it must be a number",
		"livekit://h/demo?identity=a&identity=b":  "has the key identity twice",
	} {
		bin := newBin(t)
		err := play.SetURI(bin, address)
		var refused *play.Error
		if !errors.As(err, &refused) || refused.Domain != uriError || refused.Code != badURI || !strings.Contains(refused.Text, says) {
			t.Errorf("%s: got %v, want %q", address, err, says)
		}
		if got := play.URI(bin); got != "" {
			t.Errorf("%s was refused, and the element has %s", address, got)
		}
	}
}

func TestFailureOfBothIsOneError(t *testing.T) {
	p := play.Parse(t, "livekitbin uri="+address(t)+"?track-timeout=100 ! fakesink")
	p.Play()
	m := p.AwaitType(gst.MessageError)
	if m.Domain != rig.Resource || !strings.Contains(m.Text, "track") {
		t.Errorf("got %v", m)
	}
	p.Stop()
	if n := len(p.Said(gst.MessageError)); n != 1 {
		t.Errorf("%d errors", n)
	}
}

func TestRoomWithoutPictureIsNoError(t *testing.T) {
	rig.PublishTone(t, 440)
	p := play.Start(t, "livekitbin uri="+address(t)+"?track-timeout=3000 ! fakesink")
	m := p.Await("warning or error", func(m play.Message) bool { return m.Type == gst.MessageWarning || m.Type == gst.MessageError })
	if m.Type != gst.MessageWarning || !strings.Contains(m.Text, "video") {
		t.Errorf("got %v", m)
	}
}

func TestAddressThatIsMissingIsAnError(t *testing.T) {
	p := play.Parse(t, "livekitbin ! fakesink")
	if err := p.SetState(gst.StatePlaying); err == nil {
		t.Error("it starts")
	}
	if m := p.AwaitType(gst.MessageError); !strings.Contains(m.Text, "there is no address to play") {
		t.Errorf("got %v", m)
	}
}

func TestPartThatCannotStartIsOneError(t *testing.T) {
	for _, name := range []string{"LIVEKIT_TOKEN", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"} {
		t.Setenv(name, "")
	}
	p := play.Parse(t, "livekitbin uri="+address(t)+" ! fakesink")
	if err := p.SetState(gst.StatePlaying); err == nil {
		t.Error("it starts")
	}
	p.AwaitType(gst.MessageError)
	p.Stop()
	if n := len(p.Said(gst.MessageError)); n != 1 {
		t.Errorf("%d errors", n)
	}
}
