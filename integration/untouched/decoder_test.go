package untouched

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testdecoder"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestDecodersThatFailAreReplacedWithAWarning(t *testing.T) {
	kinds := []testdecoder.Kind{testdecoder.Unready, testdecoder.Broken, testdecoder.Silent}
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			testdecoder.Prefer(t, kinds...)
			rig.Publish(t, testpublisher.Config{Codec: codec})
			p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+play.Sink)
			rig.CheckFlow(t, p.Frames(20))
			warnings := p.Said(gst.MessageWarning)
			if len(warnings) != len(kinds) {
				t.Fatalf("warnings %v, want one for each of %v", warnings, kinds)
			}
			for i, kind := range kinds {
				m := warnings[i]
				if m.Source != "src" || m.Domain != rig.Stream || !strings.Contains(m.Text, "decoder "+kind.Name()+" does not work, going on with ") {
					t.Errorf("%v, want a warning of %s", m, kind.Name())
				}
			}
			if errors := p.Said(gst.MessageError); len(errors) > 0 {
				t.Error(errors)
			}
			if decoders := p.Decoders(); len(decoders) != 1 || slices.ContainsFunc(kinds, func(k testdecoder.Kind) bool { return k.Name() == decoders[0] }) {
				t.Errorf("%v decodes", decoders)
			}
		})
	}
}

// TestDecoderThatFailsLateDoesNotEndThePipeline has one that fails in mid-stream each time: after several, another decoder
// goes on.
func TestDecoderThatFailsLateDoesNotEndThePipeline(t *testing.T) {
	testdecoder.Prefer(t, testdecoder.Late)
	rig.Publish(t, testpublisher.Config{})
	p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+play.Sink)
	for _, want := range []string{"the stream is damaged: ", "decoder " + testdecoder.Late.Name() + " does not work, going on with "} {
		if m := p.AwaitType(gst.MessageWarning); m.Source != "src" || m.Domain != rig.Stream || !strings.Contains(m.Text, want) {
			t.Errorf("got %v, want %q", m, want)
		}
	}
	rig.CheckFlow(t, p.Frames(60)[40:]) // the first ones are from the one that fails
	if errors := p.Said(gst.MessageError); len(errors) > 0 {
		t.Error(errors)
	}
}
