package static

import (
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

const passphrase = "correct horse battery staple"

func TestEncryptedTrackPlaysWithItsKey(t *testing.T) {
	for _, codec := range []string{"VP8", "H264", "VP9"} {
		t.Run(codec, func(t *testing.T) {
			rig.PublishNode(t, rtcnode.Settings{Codec: codec, Passphrase: passphrase})
			p := start(t, `e2ee-key="`+passphrase+`"`)
			p.Frames(30)
			rig.CheckColours(t, p.Frame())
			if warnings := p.Said(gst.MessageWarning); len(warnings) > 0 {
				t.Error(warnings)
			}
		})
	}
}

func TestWrongOrMissingKeyIsSaidOnceAndCanBeSetRight(t *testing.T) {
	for name, row := range map[string]struct{ properties, says string }{
		"Wrong":   {"e2ee-key=wrong", "with another key than the one that is set"},
		"Missing": {"", "no key is set"},
	} {
		t.Run(name, func(t *testing.T) {
			rig.PublishNode(t, rtcnode.Settings{Passphrase: passphrase})
			p := start(t, row.properties)
			m := p.AwaitType(gst.MessageWarning)
			if m.Domain != rig.Stream || m.Code != rig.Decrypt || !strings.Contains(m.Text, row.says) ||
				strings.Contains(m.Text, passphrase) {
				t.Errorf("got %v", m)
			}
			awaitCount(t, p, "dropped-undecryptable", 30)
			if err := p.Element("src").SetProperty("e2ee-key", passphrase); err != nil {
				t.Fatal(err)
			}
			p.Frames(30)
			rig.CheckColours(t, p.Frame())
			if warnings := p.Said(gst.MessageWarning); len(warnings) != 1 {
				t.Error(warnings)
			}
		})
	}
}
