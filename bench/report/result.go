package report

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

// Result is one case of the benchmark: what several receivers made of one stream.
type Result struct {
	Case  string `json:"case"`
	Title string `json:"title"`
	// Tracks and FrameRate are of what was published.
	Tracks    int `json:"tracks"`
	FrameRate int `json:"frameRate"`
	// Seconds is how long each run received, and Rounds how many runs each receiver had, in turn with the others.
	Seconds   float64    `json:"seconds"`
	Rounds    int        `json:"rounds"`
	Machine   Machine    `json:"machine"`
	Receivers []Receiver `json:"receivers,omitempty"`
	// Values are single numbers that have no runs, by name.
	Values map[string]float64 `json:"values,omitempty"`
}

// Receiver is one receiver in one case. Absent says why there are no runs, or no more of them.
type Receiver struct {
	Name   string `json:"name"`
	Label  string `json:"label"`
	Absent string `json:"absent,omitempty"`
	// Command is how it is started by hand.
	Command string            `json:"command,omitempty"`
	Runs    []measure.Summary `json:"runs,omitempty"`
	// Middle is, field by field, the median of the runs.
	Middle *measure.Summary `json:"middle,omitempty"`
}

// Machine is what it was measured on.
type Machine struct {
	Date      string `json:"date"`
	Processor string `json:"processor"`
	Cores     int    `json:"cores"`
	Kernel    string `json:"kernel"`
	GStreamer string `json:"gstreamer"`
	Go        string `json:"go"`
	// Busy is how many cores others were using before the case began: on a quiet machine less than 0.1.
	Busy float64 `json:"busy"`
}

// Receiver finds a receiver that has runs.
func (r *Result) Receiver(name string) (*Receiver, error) {
	for i := range r.Receivers {
		receiver := &r.Receivers[i]
		if receiver.Name != name {
			continue
		}
		if receiver.Middle == nil {
			return nil, fmt.Errorf("%s: %s", receiver.Label, receiver.Absent)
		}
		return receiver, nil
	}
	return nil, fmt.Errorf("%s was not run in the case %s", name, r.Case)
}

// Write writes the result into a directory, as CASE.json.
func (r *Result) Write(directory string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write result of %s: %w", r.Case, err)
	}
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return fmt.Errorf("write result of %s: %w", r.Case, err)
	}
	path := filepath.Join(directory, r.Case+".json")
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write result of %s: %w", r.Case, err)
	}
	return nil
}

// Results are those of several cases, by name.
type Results map[string]*Result

// ReadResults reads what Write has written into a directory.
func ReadResults(directory string) (Results, error) {
	paths, err := filepath.Glob(filepath.Join(directory, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	results := Results{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read results: %w", err)
		}
		var r Result
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("read results: %s: %w", path, err)
		}
		if name := strings.TrimSuffix(filepath.Base(path), ".json"); r.Case != name {
			return nil, fmt.Errorf("read results: %s is of the case %q", path, r.Case)
		}
		results[r.Case] = &r
	}
	return results, nil
}
