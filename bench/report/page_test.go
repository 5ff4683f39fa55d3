package report

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWritePageKeepsWhatPeopleWrote(t *testing.T) {
	directory := t.TempDir()
	path := filepath.Join(directory, "performance.md")
	write := func() string {
		t.Helper()
		if err := WritePage(path, directory, someResults(), []string{"plugin", "vp8-720p30", "h264-720p30"}); err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	page := write()
	for _, want := range []string{
		"# Performance\n", "## Goals", "## 720p & VP8", "| absent: npm failed \\| twice |", "(performance-vp8-720p30.svg)",
		"**Not quiet: others kept 1.5 cores busy", "fileMB",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in:\n%s", want, page)
		}
	}
	if strings.Index(page, "The plugin's file") > strings.Index(page, "720p & VP8") {
		t.Error("cases are not in order")
	}

	before, after := "# Ours\n\nBefore.\n\n", "\n\nAfter.\n"
	if err := os.WriteFile(path, []byte(before+pageBegin+"\nold numbers\n"+pageEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
	page = write()
	if !strings.HasPrefix(page, before) || !strings.HasSuffix(page, after) || strings.Contains(page, "old numbers") {
		t.Errorf("page is\n%s", page)
	}
	if page != write() {
		t.Error("a second time it is another page")
	}
}

func TestThreadsAreShownWhereTheyAreKnown(t *testing.T) {
	results := someResults()
	if text := threadsTable(results["vp8-720p30"]); text != "" {
		t.Errorf("unknown threads are shown:\n%s", text)
	}
	s := results["vp8-720p30"].Receivers[0].Middle
	s.Threads, s.Switches, s.Missing = 11, 476.4, new(uint64(3))
	if text := threadsTable(results["vp8-720p30"]); !strings.Contains(text, " | 11 | 476 | 3 |\n") || strings.Count(text, "\n") != 3 {
		t.Errorf("table is\n%s", text)
	}
}

func TestWritePageRefusesAPageWithoutItsMarks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "performance.md")
	if err := os.WriteFile(path, []byte("# Ours\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WritePage(path, t.TempDir(), someResults(), nil); err == nil {
		t.Error("no error")
	}
}

func TestPlotIsXMLWithABarForEachValue(t *testing.T) {
	text := plot(someResults()["vp8-720p30"])
	bars := 0
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "rect" {
			bars++
		}
	}
	// The background, and two for each value: two of CPU, one of latency, one of memory.
	if want := 1 + 2*4; bars != want {
		t.Errorf("%d rectangles, want %d, in\n%s", bars, want, text)
	}
	for _, want := range []string{"720p &amp; VP8", "5.00 / 9.00 ms", "58.0 MB", "0.110"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
