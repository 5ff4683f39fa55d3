package pipelines

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const guide = root + "/docs/guide"

// TestGuidePipelinesAreTheScripts takes the command of the script from the first line of each block.
func TestGuidePipelinesAreTheScripts(t *testing.T) {
	pages, err := filepath.Glob(guide + "/*.md")
	if err != nil || len(pages) < 7 {
		t.Fatalf("pages %v, %v", pages, err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range blocks(string(text), "sh") {
			first, _, _ := strings.Cut(block, "\n")
			command, ok := strings.CutPrefix(first, "# ")
			if !ok {
				t.Errorf("%s: a block begins with %q, want a comment with the script and its arguments", filepath.Base(page), first)
				continue
			}
			words := strings.Fields(command)
			if got, want := called(t, "sh", "-euc", block), called(t, words[0], words[1:]...); got != want {
				t.Errorf("%s calls gst-launch-1.0 with\n%s\n%s with\n%s", filepath.Base(page), got, words[0], want)
			}
		}
	}
}
