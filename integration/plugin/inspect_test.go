package plugin

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

var update = flag.Bool("update", false, "write what gst-inspect-1.0 shows into testdata, instead of comparing")

// TestInspectShowsWhatItDid compares what users read with what they read before: a change is to be seen and meant. After
// one that is meant: go test ./integration/plugin -run Inspect -update
func TestInspectShowsWhatItDid(t *testing.T) {
	for element, golden := range map[string]string{
		"livekitsrc":      "testdata/gst-inspect.txt",
		"livekitaudiosrc": "testdata/gst-inspect-audio.txt",
		"livekitbin":      "testdata/gst-inspect-bin.txt",
	} {
		t.Run(element, func(t *testing.T) { compare(t, element, golden) })
	}
}

func compare(t *testing.T, element, golden string) {
	t.Helper()
	cmd := exec.CommandContext(rig.Patient(t), "gst-inspect-1.0", "--no-colors", element)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LIVEKIT_") })
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("gst-inspect-1.0: %v\n%s", err, &complaints)
	}
	got := ours(string(out))
	if *update {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("gst-inspect-1.0 shows\n%s\nwhich is not %s", got, golden)
	}
}

// inherited are the properties of GstBin, GstElement and GstObject.
var inherited = []string{"async-handling", "message-forward", "name", "parent"}

// ours leaves out what is of GStreamer, of this machine or of this build.
func ours(text string) string {
	text = regexp.MustCompile(`(?m)^( +(Filename|Version) +).*$`).ReplaceAllString(text, "${1}…")
	for _, name := range inherited {
		text = regexp.MustCompile(`(?m)^  `+name+` +: .*\n(    .*\n)+`).ReplaceAllString(text, "")
	}
	text = regexp.MustCompile(`(?m) +$`).ReplaceAllString(text, "")
	return strings.TrimRight(text, "\n") + "\n"
}
