package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// debug is the most that the plugin's own categories say.
var debug = []string{"GST_DEBUG=livekit*:9", "GST_DEBUG_NO_COLOR=1"}

func TestFailureEndsGstLaunchWithASentenceAndNoSecret(t *testing.T) {
	for _, failure := range rig.Failures {
		t.Run(failure.Name, func(t *testing.T) {
			t.Parallel()
			p := failure.Prepare(t)
			l := launch.StartWith(t, debug, "livekitsrc "+p.Properties+" ! fakesink")
			status, printed := l.End()
			if status == 0 {
				t.Error("exit status 0")
			}
			sentence := l.Line(`^ERROR: from element /GstPipeline:pipeline0/GstLivekitSrc:livekitsrc0: (.*)$`)[1]
			if !strings.Contains(sentence, p.Says) {
				t.Errorf("says %q, want %q", sentence, p.Says)
			}
			checkSecrets(t, printed, p.Secrets)
		})
	}
}

func TestPlayingPrintsNoSecret(t *testing.T) {
	t.Parallel()
	publisher := rig.Publish(t, testpublisher.Config{})
	token := rig.Token(t, devserver.TokenOptions{Room: rig.Room(t), CanSubscribe: true})
	for name, properties := range map[string]string{
		"KeyPair": "room=" + rig.Room(t) + " identity=by-key",
		"Token":   "token=" + token,
	} {
		t.Run(name, func(t *testing.T) {
			l := launch.StartWith(t, debug, "-v livekitsrc "+properties+" ! identity eos-after=20 ! fakesink")
			status, printed := l.End()
			if status != 0 {
				t.Errorf("exit status %d", status)
			}
			if !strings.Contains(printed, publisher.TrackSID()) {
				t.Error("the log does not even name the track")
			}
			checkSecrets(t, printed, []string{rig.Server().APISecret, token, "eyJ"})
		})
	}
}

// TestGraphAndInspectionShowNoSecret looks where GStreamer shows properties.
func TestGraphAndInspectionShowNoSecret(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{})
	token := rig.Token(t, devserver.TokenOptions{Room: rig.Room(t), CanSubscribe: true})
	secrets := []string{rig.Server().APISecret, rig.Server().APIKey, token}

	graphs := t.TempDir()
	l := launch.StartWith(t, []string{"GST_DEBUG_DUMP_DOT_DIR=" + graphs},
		"livekitsrc token="+token+" ! identity eos-after=3 ! fakesink")
	if status, printed := l.End(); status != 0 {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
	files, err := os.ReadDir(graphs)
	if err != nil || len(files) == 0 {
		t.Fatalf("%d graphs, %v", len(files), err)
	}
	for _, file := range files {
		graph, err := os.ReadFile(filepath.Join(graphs, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		checkSecrets(t, string(graph), secrets)
	}

	inspect := exec.CommandContext(rig.Patient(t), "gst-inspect-1.0", "livekitsrc")
	inspect.Env = append(os.Environ(), "LIVEKIT_TOKEN="+token)
	printed, err := inspect.CombinedOutput()
	if err != nil || !strings.Contains(string(printed), "LiveKit source") {
		t.Errorf("%v:\n%s", err, printed)
	}
	checkSecrets(t, string(printed), secrets)
}

// TestMissingDecoder takes every decoder away. The missing-plugin message is looked at in package contract: gst-launch-1.0
// stops printing messages as soon as an error is posted, so that one just before it is often not printed.
func TestMissingDecoder(t *testing.T) {
	for codec, decoders := range map[testpublisher.Codec][]string{
		testpublisher.VP8:  {"vp8dec", "avdec_vp8", "v4l2vp8dec", "vavp8dec", "vaapivp8dec", "nvvp8dec", "vp8alphadecodebin"},
		testpublisher.H264: {"avdec_h264", "openh264dec", "v4l2h264dec", "vah264dec", "vaapih264dec", "nvh264dec"},
	} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{Codec: codec})
			ranks := "GST_PLUGIN_FEATURE_RANK=" + strings.Join(decoders, ":NONE,") + ":NONE"
			l := launch.StartWith(t, []string{ranks}, "livekitsrc room="+rig.Room(t)+" ! fakesink")
			if status, printed := l.End(); status == 0 {
				t.Errorf("exit status 0:\n%s", printed)
			}
			l.Line("no installed GStreamer element decodes " + strings.ToUpper(string(codec)))
		})
	}
}

func checkSecrets(t *testing.T, printed string, secrets []string) {
	t.Helper()
	for line := range strings.Lines(printed) {
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("a secret is printed: %s", line)
			}
		}
	}
}
