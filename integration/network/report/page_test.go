package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network"
)

// measuredRow is a case in which everybody was published 1000 pictures.
func measuredRow(control, ours, node int, change func(*network.Summary)) row {
	result := func(name string, shown int) network.Result {
		return network.Result{Receiver: name, Summary: network.Summary{Published: 1000, Shown: shown}}
	}
	r := row{Date: "2026-01-02", Seconds: 40, Results: []network.Result{
		result(network.ControlName, control), result(network.OurName, ours), result(network.NodeName, node),
	}, Absent: map[string]string{network.WebRTCName: "it was not built"}}
	change(&r.Results[1].Summary)
	return r
}

func TestGoalsAreJudged(t *testing.T) {
	r := &results{codecs: map[string]rows{
		"vp8": {
			"loss-0": measuredRow(1000, 1000, 1000, func(s *network.Summary) { s.ReportedChanges = 1 }),
			"loss-1": measuredRow(1000, 996, 1000, func(*network.Summary) {}),
			"loss-5": measuredRow(1000, 981, 900, func(s *network.Summary) { s.Longest = 501 * time.Millisecond }),
		},
		"h264": {"loss-5": measuredRow(1000, 979, 980, func(s *network.Summary) { s.Damaged = 1 })},
	}}
	missed := map[string]string{
		goals[0].text: "",
		goals[1].text: "H.264 loss-5",
		goals[3].text: "VP8 loss-5",
		goals[4].text: "H.264 loss-5",
		goals[5].text: "H.264 loss-5",
		goals[6].text: "VP8 loss-0",
	}
	for _, g := range goals {
		if _, got := g.judge(r); strings.Join(got, ", ") != missed[g.text] {
			t.Errorf("%s: missed at %q, want %q", g.text, got, missed[g.text])
		}
	}
}

func TestPageKeepsWhatPeopleWrote(t *testing.T) {
	directory := t.TempDir()
	page := filepath.Join(directory, "page.md")
	if err := os.WriteFile(page, []byte("before\n"+pageBegin+"\nold\n"+pageEnd+"\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := &results{directory: directory, codecs: map[string]rows{}}
	for name, r := range map[string]row{
		"loss-5": measuredRow(1000, 981, 900, func(s *network.Summary) { s.ReportedLeast, s.ReportedMost = 1e8, 3e8 }),
		"jitter": measuredRow(500, 400, 400, func(*network.Summary) {}),
	} {
		if err := kept.keep("vp8", name, r); err != nil {
			t.Fatal(err)
		}
	}
	again, err := readResults(directory)
	if err != nil {
		t.Fatal(err)
	}
	if err := writePage(page, again); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"before\n", "\nafter\n", "## VP8", "| 5 % loss | 98.1 % |", "| 100 to 300 |", "90.0 %;", "| absent |",
		"the machine was busy: 50.0 %", "2026-01-02, 40 s a case. Absent: it was not built.",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the page:\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "old") {
		t.Error("the old tables are still in the page")
	}
}
