package pipelines

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// publishRow publishes what a row of the table of codecs is about, and returns the name that its codec has in a log.
func publishRow(t *testing.T, name, passphrase string) (codec string) {
	t.Helper()
	codec, mode, _ := strings.Cut(strings.ReplaceAll(name, ".", ""), " ")
	node := rtcnode.Settings{Codec: codec, Passphrase: passphrase}
	switch {
	case mode == "SVC":
		node.ScalabilityMode = "L3T3_KEY"
		node.Width, node.Height = 1280, 720
		rig.PublishNode(t, node)
	case codec == "AV1", codec == "VP9" && passphrase != "":
		rig.PublishNode(t, node)
	default:
		rig.Publish(t, testpublisher.Config{
			Codec: testpublisher.Codec(strings.ToLower(codec)), Pattern: testpublisher.Colours, Passphrase: passphrase,
		})
	}
	return codec
}

// TestDocumentedCodecsAreReceived publishes each codec and receives it in each form that the table says yes to, raw with each
// decoder that it names.
func TestDocumentedCodecsAreReceived(t *testing.T) {
	const passphrase = "correct-horse-battery-staple"
	const arrival = `GstIdentity:probe: last-message = chain `
	text, _, _ := strings.Cut(document(t, "docs/reference/codecs.md"), "\n## ")
	all := rows(text)
	if len(all) == 0 {
		t.Fatal("the table has none")
	}
	for _, cells := range all {
		name, raw, decoders, untouched, encrypted := cells[0], cells[1], code(cells[2]), cells[3], cells[4]
		for _, cell := range []string{raw, untouched, encrypted} {
			if cell != "yes" && cell != "no" {
				t.Errorf("%s: %q is neither yes nor no", name, cell)
			}
		}
		if (raw == "yes") != (len(decoders) > 0) {
			t.Errorf("%s: raw is %s, and the decoders are %v", name, raw, decoders)
		}
		for _, decoder := range decoders {
			t.Run(name+" raw "+decoder, func(t *testing.T) {
				began := time.Now()
				codec := publishRow(t, name, "")
				file := filepath.Join(t.TempDir(), "codec.png")
				cmd := script("snapshot.sh", rig.Room(t), file)
				cmd.Env = append(os.Environ(), "GST_DEBUG=livekitsrc:4", "GST_PLUGIN_FEATURE_RANK="+decoder+":MAX") // also before hardware
				p := start(t, cmd)
				p.await(1, fmt.Sprintf("decoding codec=%s decoder=%s\n", codec, decoder))
				p.succeed()
				picture := readPNG(t, file)
				checkTime(t, picture, began)
				checkColours(t, picture)
			})
		}
		if untouched == "yes" {
			t.Run(name+" untouched", func(t *testing.T) {
				codec := publishRow(t, name, "")
				l := launch.Start(t, fmt.Sprintf("-v livekitsrc room=%s ! video/x-%s ! identity name=probe silent=false ! fakesink",
					rig.Room(t), strings.ToLower(codec)))
				l.Lines(10, arrival)
			})
		}
		if encrypted == "yes" {
			t.Run(name+" encrypted", func(t *testing.T) {
				publishRow(t, name, passphrase)
				l := launch.Start(t, fmt.Sprintf("-v livekitsrc room=%s e2ee-key=%s ! video/x-raw ! identity name=probe silent=false ! fakesink",
					rig.Room(t), passphrase))
				l.Lines(10, arrival)
				if strings.Contains(l.Output(), "WARNING") {
					t.Errorf("the element warns:\n%s", l.Output())
				}
			})
		}
	}
}
