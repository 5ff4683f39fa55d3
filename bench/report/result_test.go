package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

// receiver is one with a single run.
func receiver(name string, s measure.Summary) Receiver {
	return Receiver{Name: name, Label: "the " + name, Command: "run " + name, Runs: []measure.Summary{s}, Middle: &s}
}

// someResults are two cases, one of them with a receiver that is absent.
func someResults() Results {
	return Results{
		"vp8-720p30": {
			Case: "vp8-720p30", Title: "720p & VP8", Tracks: 1, FrameRate: 30, Seconds: 5, Rounds: 1,
			Machine: Machine{Date: "2026-01-02", Processor: "a processor", Cores: 2, Busy: 1.5},
			Receivers: []Receiver{
				receiver(I420, measure.Summary{
					Frames: 150, Sent: 150, CPU: 0.11, CPUSteady: 0.1, PeakRSS: 58e6, SteadyRSS: 50e6,
					Latency: &measure.Percentiles{Median: 24, P95: 30, P99: 40},
					Beyond:  &measure.Percentiles{Median: 5, P95: 9, P99: 20},
				}),
				receiver(Decode, measure.Summary{Frames: 150, CPU: 0.1, CPUSteady: 0.09}),
				{Name: Node, Label: "the Node SDK", Absent: "npm failed | twice\nand more"},
			},
		},
		"plugin": {Case: "plugin", Title: "the plugin's file", Values: map[string]float64{"fileMB": 32.6}},
	}
}

func TestResultsAreReadAsTheyWereWritten(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "results")
	want := someResults()
	for _, result := range want {
		if err := result.Write(directory); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadResults(directory)
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		before, _ := json.Marshal(want[name])
		after, _ := json.Marshal(got[name])
		if string(before) != string(after) {
			t.Errorf("%s was\n%s\nand is\n%s", name, before, after)
		}
	}
}

func TestReadResultsRefusesOtherFiles(t *testing.T) {
	for _, text := range []string{"nonsense", `{"case": "another"}`} {
		directory := t.TempDir()
		if err := os.WriteFile(filepath.Join(directory, "x.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadResults(directory); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

func TestTextNamesWhatIsAbsentAndWhatIsNoisy(t *testing.T) {
	text := Text(someResults()["vp8-720p30"])
	for _, want := range []string{"150/150", "absent: npm failed", "others kept 1.5 of 2 cores busy", "24.0 / 30.0 / 40.0"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}
