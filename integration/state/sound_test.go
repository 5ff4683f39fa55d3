package state

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

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

// TestDroppedSoundIsTold has an element that takes nothing. A pause is not that.
func TestDroppedSoundIsTold(t *testing.T) {
	t.Parallel()
	rig.PublishTone(t, 440)
	p := play.Start(t, "livekitaudiosrc name=src room="+rig.Room(t)+" ! identity name=slow ! fakesink")
	p.Block("slow", "src").Await()
	m := p.AwaitType(gst.MessageWarning)
	if m.Source != "src" || !strings.Contains(m.Text, "set capacity to a longer time") {
		t.Errorf("%s", m)
	}
	if dropped := play.StructureOf(t, p.Element("src"), "stats").At("dropped-overflow").Text; dropped == "0" {
		t.Error("stats say that nothing was dropped")
	}
}

// TestPauseDropsNoSoundWithAWarning pauses for longer than capacity, beside a pipeline that plays.
func TestPauseDropsNoSoundWithAWarning(t *testing.T) {
	t.Parallel()
	rig.PublishTone(t, 440)
	paused := play.Start(t, "livekitaudiosrc name=src capacity=20000000 max-sync-delay=0 room="+rig.Room(t)+" ! identity name=out ! fakesink")
	paused.Log("out", "src").AwaitKind("buffer")
	paused.Pause()
	beside := play.Start(t, "livekitaudiosrc room="+rig.Room(t)+" ! fakesink name=sink")
	twoSeconds := beside.Log("sink", "sink")
	for range 100 {
		twoSeconds.AwaitKind("buffer")
	}
	paused.Play()
	paused.Log("out", "src").AwaitKind("buffer")
	if said := paused.Said(gst.MessageWarning); len(said) > 0 {
		t.Error(said)
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
