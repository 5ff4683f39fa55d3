package state

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// progress is the progress that the pipeline has reported so far, as in "start connect".
func progress(p *play.Pipeline) []string {
	var all []string
	for _, m := range p.Said(gst.MessageProgress) {
		kind := strings.TrimPrefix(m.Structure.Text("type"), "GST_PROGRESS_TYPE_")
		all = append(all, strings.ToLower(kind)+" "+m.Structure.Text("code"))
	}
	return all
}

func checkProgress(t *testing.T, p *play.Pipeline, want ...string) {
	t.Helper()
	if got := progress(p); !slices.Equal(got, want) {
		t.Errorf("the progress is %q, want %q", got, want)
	}
}

func awaitProgress(t *testing.T, p *play.Pipeline, kind, text string) {
	t.Helper()
	p.Await(kind+" "+text, func(m play.Message) bool {
		return m.Type == gst.MessageProgress && m.Source == "src" && strings.HasSuffix(m.Structure.Text("type"), kind) &&
			strings.HasPrefix(m.Structure.Text("text"), text)
	})
}

func TestProgressOfARunComesToAnEnd(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	p := start(t, "identity=viewer track-source=camera")
	awaitProgress(t, p, "start", "Connecting to "+rig.Server().URL())
	awaitProgress(t, p, "complete", `Joined room "`+rig.Room(t)+`" as "viewer"`)
	awaitProgress(t, p, "start", "Subscribing to a camera track")
	awaitProgress(t, p, "complete", "Receiving track "+publisher.TrackSID()+` of "`+identity+`"`)
	p.Frame()
	p.Stop()
	awaitMessage(t, p, "livekit-connection", "state", "closed")
	checkProgress(t, p, "start connect", "complete connect", "start subscribe", "complete subscribe")
}

// TestProgressIsNotOpenWhileNobodyPublishes takes the ten seconds after which the element says what it waits for.
func TestProgressIsNotOpenWhileNobodyPublishes(t *testing.T) {
	t.Parallel()
	p := start(t, "")
	p.AwaitType(gst.MessageWarning)
	checkProgress(t, p, "start connect", "complete connect")
}

// TestProgressIsGivenUpWhileATrackIsNotPermitted takes as long.
func TestProgressIsGivenUpWhileATrackIsNotPermitted(t *testing.T) {
	t.Parallel()
	switcher := rig.NewSwitcher(t, identity)
	switcher.Permit(false)
	switcher.Publish(testpublisher.VP8)
	p := start(t, "")
	awaitProgress(t, p, "start", "Subscribing to a video track")
	awaitProgress(t, p, "canceled", "waiting for the media of track ")
	switcher.Permit(true)
	p.Frame()
	awaitProgress(t, p, "complete", "Receiving track ")
	checkProgress(t, p, "start connect", "complete connect",
		"start subscribe", "canceled subscribe", "start subscribe", "complete subscribe")
}

func TestProgressOfAFailureIsAnError(t *testing.T) {
	p := start(t, "api-secret=wrong-wrong-wrong-wrong-wrong-wrong")
	awaitProgress(t, p, "error", "not authorized: ")
	p.Stop()
	checkProgress(t, p, "start connect", "error connect")
}

func TestProgressIsCanceledWhenTheStreamEnds(t *testing.T) {
	for name, end := range map[string]func(p *play.Pipeline){
		"EOS":  func(p *play.Pipeline) { p.SendEvent(gst.NewEOSEvent()) },
		"Stop": (*play.Pipeline).Stop,
	} {
		t.Run(name, func(t *testing.T) {
			p := play.Start(t, "livekitsrc name=src room=r url="+rig.SilentURL(t)+play.Sink)
			awaitProgress(t, p, "start", "Connecting to ")
			end(p)
			awaitProgress(t, p, "canceled", "")
			checkProgress(t, p, "start connect", "canceled connect")
		})
	}
}

func TestTrackAndConnectionMessages(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{TrackName: "front"})
	p := start(t, "")
	p.Frame()
	p.Stop()
	awaitMessage(t, p, "livekit-connection", "state", "closed")
	got := map[string][]string{}
	for _, m := range p.Said(gst.MessageElement) {
		if m.Source != "src" {
			t.Errorf("%s is from %s", m.Name, m.Source)
		}
		var fields []string
		for _, name := range m.Structure.Names {
			fields = append(fields, name+"="+m.Structure.Text(name))
		}
		got[m.Name] = append(got[m.Name], strings.Join(fields, " "))
	}
	track := "participant=" + identity + " sid=" + publisher.TrackSID() + " name=front kind=video source=camera codec=VP8"
	for name, want := range map[string][]string{
		"livekit-connection": {"state=connecting", "state=connected", "state=closed"},
		"livekit-track":      {"state=subscribed " + track, "state=lost " + track},
		"livekit-layer":      {"width=320 height=180 quality=high"},
	} {
		if !slices.Equal(got[name], want) {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
}

func TestLayerMessageFollowsTheSize(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	p := start(t, "")
	awaitMessage(t, p, "livekit-layer", "width", "320")
	if err := publisher.SetSize(480, 360); err != nil {
		t.Fatal(err)
	}
	m := awaitMessage(t, p, "livekit-layer", "width", "480")
	if height := m.Structure.Text("height"); height != "360" {
		t.Errorf("the height is %s", height)
	}
	if stats := play.StructureOf(t, p.Element("src"), "stats"); stats.Text("width") != "480" || stats.Text("height") != "360" {
		t.Errorf("stats has %sx%s", stats.Text("width"), stats.Text("height"))
	}
}
