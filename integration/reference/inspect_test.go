package reference

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write what the plugin says of itself into the files, instead of comparing")

// TestInspectShowsWhatItDid compares what users read with what they read before: a change is to be seen and meant. After
// one that is meant: make reference
func TestInspectShowsWhatItDid(t *testing.T) {
	for element, golden := range map[string]string{
		"livekitsrc":      "testdata/gst-inspect.txt",
		"livekitaudiosrc": "testdata/gst-inspect-audio.txt",
		"livekitbin":      "testdata/gst-inspect-bin.txt",
	} {
		t.Run(element, func(t *testing.T) { compare(t, golden, inspected(t, element)) })
	}
}

// compare wants a file to have this text, or writes it.
func compare(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != text {
		t.Errorf("%s is not what the plugin says of itself. If the change is meant: make reference\nThe plugin says\n%s", file, text)
	}
}
