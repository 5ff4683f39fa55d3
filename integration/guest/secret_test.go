package guest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// everything is the most that the plugin's own categories say.
var everything = []string{"GST_DEBUG=livekit*:9", "GST_DEBUG_NO_COLOR=1"}

// passwords are what ICE and TURN log of theirs: a name, and behind it something else than that it was removed.
var passwords = regexp.MustCompile(`(?i)(?:pwd|password|passphrase|credential|secret)["']?\s*[:=]\s*["']?[\w+/]+`)

func TestNoLevelOfTheLogShowsASecret(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	token := rig.Token(t, devserver.TokenOptions{Room: rig.Room(t), CanSubscribe: true})
	for name, properties := range map[string]string{
		"key pair":            "room=" + rig.Room(t),
		"token, not shared":   "shared=false token=" + token,
		"passphrase, allowed": "e2ee-policy=optional e2ee-key=hushhush room=" + rig.Room(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			identity := " identity=" + strings.NewReplacer(" ", "", ",", "").Replace(name)
			if strings.Contains(properties, "token=") {
				identity = ""
			}
			status, printed := launch.StartWith(t, everything,
				"-v livekitsrc "+properties+identity+" ! identity eos-after=20 ! fakesink").End()
			if status != 0 {
				t.Errorf("exit status %d", status)
			}
			if !strings.Contains(printed, "ice-ufrag") {
				t.Error("the log does not even have the session descriptions")
			}
			checkNothing(t, printed, rig.Server().APISecret, token, "eyJ", "hushhush")
		})
	}
}

func TestARefusedURLIsNowhereWithItsPassword(t *testing.T) {
	for name, url := range map[string]string{
		"user":      "ws://someone:hushhush@127.0.0.1:7880",
		"no scheme": "someone:hushhush@127.0.0.1:7880",
		"slash":     "ws://someone:hush/hushhush@127.0.0.1",
		"query":     "ws://127.0.0.1:7880?access_token=hushhush",
		"fragment":  "ws://127.0.0.1:7880#hushhush",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			graphs := t.TempDir()
			status, printed := launch.StartWith(t, append(slices.Clone(everything), "GST_DEBUG_DUMP_DOT_DIR="+graphs),
				"-v livekitsrc room=x url="+url+" ! fakesink").End()
			if status == 0 || !strings.Contains(printed, "the server's url must") {
				t.Errorf("exit status %d:\n%s", status, printed)
			}
			checkNothing(t, printed, "hushhush")
			files, err := os.ReadDir(graphs)
			if err != nil || len(files) == 0 {
				t.Fatalf("%d graphs, %v", len(files), err)
			}
			for _, file := range files {
				graph, err := os.ReadFile(filepath.Join(graphs, file.Name()))
				if err != nil {
					t.Fatal(err)
				}
				checkNothing(t, string(graph), "hushhush")
			}
		})
	}
}

func checkNothing(t *testing.T, printed string, secrets ...string) {
	t.Helper()
	for line := range strings.Lines(printed) {
		if found := passwords.FindString(line); found != "" {
			t.Errorf("a password is printed (%q): %s", found, line)
		}
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("%q is printed: %s", secret, line)
			}
		}
	}
}
