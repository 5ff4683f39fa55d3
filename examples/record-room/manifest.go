package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/examples/internal/published"
)

// manifest is recording.json. It is written whenever a file begins or ends, so that it is there after a crash, too.
type manifest struct {
	folder string
	// now is the time of both clocks at one moment.
	now struct {
		wall  time.Time
		clock gst.ClockTime
	}

	mu    sync.Mutex
	Room  string    `json:"room"`
	Began time.Time `json:"began"`
	Ended time.Time `json:"ended,omitzero"`
	Files []*file   `json:"files"`
}

// file is one track of the recording.
type file struct {
	File        string `json:"file"`
	Participant string `json:"participant"`
	Name        string `json:"name,omitempty"`
	Track       string `json:"track"`
	TrackName   string `json:"trackName,omitempty"`
	Source      string `json:"source"`
	Codec       string `json:"codec"`
	// Began is the time of the file's first picture or sound, at which the file's own time is 0.
	Began   time.Time `json:"began,omitzero"`
	Seconds float64   `json:"seconds"`
	// State is "recording" until the file is finished.
	State string `json:"state"`
	Error string `json:"error,omitempty"`
}

func newManifest(folder, room string) (*manifest, error) {
	m := &manifest{folder: folder, Room: room, Began: time.Now(), Files: []*file{}}
	m.now.wall, m.now.clock = time.Now(), gst.ObtainSystemClock().GetTime()
	if _, err := os.Lstat(m.path()); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s belongs to an earlier recording, which would be overwritten: choose another -folder", m.path())
	}
	return m, m.write()
}

func (m *manifest) add(t published.Track, name string) *file {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := &file{
		File: name, Participant: t.Participant, Name: t.Name,
		Track: t.SID, TrackName: t.TrackName, Source: t.Source, Codec: t.Codec, State: "recording",
	}
	m.Files = append(m.Files, f)
	return f
}

// received is told the clock's time of each buffer of a file, and how long it lasts.
func (m *manifest) received(f *file, clock, duration gst.ClockTime) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.now.wall.Add(time.Duration(clock - m.now.clock))
	if f.Began.IsZero() {
		f.Began = at
		_ = m.write() // the next one tells if the disk is full
	}
	if duration != gst.ClockTimeNone {
		at = at.Add(time.Duration(duration))
	}
	f.Seconds = at.Sub(f.Began).Seconds()
}

// finished is told how a file ended. One that has nothing in it is removed.
func (m *manifest) finished(f *file, reason error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	f.State = "finished"
	if reason != nil {
		f.State, f.Error = "failed", reason.Error()
	}
	if f.Began.IsZero() {
		_ = os.Remove(filepath.Join(m.folder, f.File))
		m.Files = slices.DeleteFunc(m.Files, func(other *file) bool { return other == f })
	}
	if err := m.write(); err != nil {
		return err
	}
	return reason
}

func (m *manifest) end() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Ended = time.Now()
	return m.write()
}

// write replaces the list in one step: a reader sees the old one or the new one.
func (m *manifest) write() error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	temporary := filepath.Join(m.folder, ".recording.json")
	if err := os.WriteFile(temporary, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, m.path())
}

func (m *manifest) path() string { return filepath.Join(m.folder, "recording.json") }
