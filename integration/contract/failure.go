package contract

import (
	"regexp"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func saysWhatFailed(t *testing.T) {
	for _, failure := range rig.Failures {
		t.Run(failure.Name, func(t *testing.T) {
			prepared := failure.Prepare(t)
			p := play.Parse(t, "livekitsrc name=src "+prepared.Properties+play.Sink)
			_ = p.SetState(gst.StatePlaying) // fails when the settings alone are wrong
			m := p.AwaitType(gst.MessageError)
			if m.Source != "src" || m.Domain != failure.Domain || m.Code != failure.Code || !strings.Contains(m.Text, prepared.Says) {
				t.Errorf("got %v, want %s %d from src, with %q", m, failure.Domain, failure.Code, prepared.Says)
			}
			p.Stop()
			if n := len(p.Said(gst.MessageError)); n != 1 {
				t.Errorf("%d errors", n)
			}
			for _, secret := range prepared.Secrets {
				if strings.Contains(m.String(), secret) {
					t.Errorf("a secret is in %v", m)
				}
			}
		})
	}
}

func saysWhichDecoderIsMissing(t *testing.T) {
	for _, codec := range codecs {
		t.Run(string(codec), func(t *testing.T) {
			rig.Publish(t, testpublisher.Config{Codec: codec})
			play.HideDecoders(t, "video/x-"+string(codec))
			p := start(t)
			m := p.Await("missing-plugin", func(m play.Message) bool { return m.Name == "missing-plugin" })
			what := regexp.MustCompile(`missing-plugin, type=\(string\)decoder, detail=\(GstCaps\)"?video/x-` + string(codec) + `\b`)
			if !what.MatchString(m.Detail) {
				t.Errorf("missing-plugin says %s", m.Detail)
			}
			m = p.AwaitType(gst.MessageError)
			if m.Domain != rig.Stream || m.Code != rig.CodecNotFound {
				t.Errorf("got %v, want %s %d", m, rig.Stream, rig.CodecNotFound)
			}
		})
	}
}

func hasTheDefaultsThatItShows(t *testing.T) {
	for _, name := range []string{"LIVEKIT_URL", "LIVEKIT_TOKEN", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"} {
		t.Setenv(name, "")
	}
	element, err := gst.NewElement("livekitsrc")
	if err != nil {
		t.Fatal(err)
	}
	properties := play.Properties(element)
	if len(properties) < 15 {
		t.Errorf("only %d properties: %v", len(properties), properties)
	}
	for _, p := range properties {
		if p.Readable && p.Default != p.Value {
			t.Errorf("%s is shown with default %s, and is %s in a new element", p.Name, p.Default, p.Value)
		}
	}
}
