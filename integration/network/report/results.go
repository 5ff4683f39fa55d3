package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network"
)

// row is one case with one codec.
type row struct {
	Date    string  `json:"date"`
	Seconds float64 `json:"seconds"`
	// Results are those of the control receiver, of livekitsrc and of its peers.
	Results []network.Result `json:"results"`
	// Absent says of peers why they have no result.
	Absent map[string]string `json:"absent,omitempty"`
}

// of is a receiver's result, or nil.
func (r row) of(receiver string) *network.Result {
	for i := range r.Results {
		if r.Results[i].Receiver == receiver {
			return &r.Results[i]
		}
	}
	return nil
}

func newRow(seconds float64) *row {
	return &row{Date: time.Now().UTC().Format(time.DateOnly), Seconds: seconds, Absent: map[string]string{}}
}

// rows are what was measured with one codec, by case.
type rows map[string]row

// results are what was measured, by codec. They are kept in a directory, a file for each codec.
type results struct {
	directory string
	codecs    map[string]rows
}

func readResults(directory string) (*results, error) {
	r := &results{directory: directory, codecs: map[string]rows{}}
	for _, codec := range allCodecs {
		text, err := os.ReadFile(r.file(codec))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		kept := rows{}
		if err == nil {
			err = json.Unmarshal(text, &kept)
		}
		if err != nil {
			return nil, fmt.Errorf("read what was measured before: %w", err)
		}
		r.codecs[codec] = kept
	}
	return r, nil
}

func (r *results) file(codec string) string { return filepath.Join(r.directory, codec+".json") }

// keep adds a row, and writes the codec's file.
func (r *results) keep(codec, name string, measured row) error {
	if r.codecs[codec] == nil {
		r.codecs[codec] = rows{}
	}
	r.codecs[codec][name] = measured
	text, err := json.MarshalIndent(r.codecs[codec], "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.directory, 0o755); err != nil {
		return fmt.Errorf("keep what was measured: %w", err)
	}
	if err := os.WriteFile(r.file(codec), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("keep what was measured: %w", err)
	}
	return nil
}
