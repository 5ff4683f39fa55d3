package state

import (
	"slices"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/teststructure"
)

// TestSoundTellsWhatHappens goes with a tone through all that is told of sound.
func TestSoundTellsWhatHappens(t *testing.T) {
	t.Parallel()
	publisher := rig.PublishTone(t, 440)
	p := play.Parse(t, "livekitaudiosrc name=src room="+rig.Room(t)+" ! fakesink")
	p.Play()
	track := awaitMessage(t, p, "livekit-track", "state", "subscribed").Structure
	for field, want := range map[string]string{
		"participant": "publisher", "name": "microphone", "kind": "audio", "source": "microphone", "codec": "opus",
	} {
		if got := track.Text(field); got != want {
			t.Errorf("livekit-track has %s=%s, want %s", field, got, want)
		}
	}
	speaker := awaitMessage(t, p, "livekit-speaker", "speaking", "true").Structure
	if want := messageFields(t, "message of sound")["livekit-speaker"]; !slices.Equal(speaker.Names, want) {
		t.Errorf("docs/reference/messages.md says that livekit-speaker has %q, it has %q", want, speaker.Names)
	}
	if got := speaker.Text("participant"); got != "publisher" {
		t.Errorf("%q speaks", got)
	}
	checkSoundStats(t, play.StructureOf(t, p.Element("src"), "stats"))

	for _, muted := range []string{"true", "false"} {
		command := map[string]string{"true": "muteTone", "false": "unmuteTone"}[muted]
		if err := publisher.Command(command); err != nil {
			t.Fatal(err)
		}
		awaitMessage(t, p, "livekit-muted", "muted", muted)
	}
}

// checkSoundStats wants what the reference has. Some of it is known only after seconds, or with video.
func checkSoundStats(t *testing.T, stats *teststructure.Structure) {
	t.Helper()
	types := fieldTypes(t, "field of sound")
	for name, value := range stats.Fields {
		if types[name] != value.Type {
			t.Errorf("stats have %s of type %s, docs/reference/messages.md has %q", name, value.Type, types[name])
		}
		delete(types, name)
	}
	for name := range types {
		if !slices.Contains([]string{"skew", "latency", "clock-offset"}, name) {
			t.Errorf("stats have no %s", name)
		}
	}
}
