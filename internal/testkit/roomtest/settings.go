package roomtest

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// Settings are what a server logs of the settings of a track.
type Settings struct {
	Quality  string `json:"quality"`
	Disabled bool   `json:"disabled"`
	FPS      uint32 `json:"fps"`
}

// SettingsLog is the log of a server, of which it keeps the settings that subscribers sent.
type SettingsLog struct {
	changed broadcast.Broadcast

	mu      sync.Mutex
	partial string
	told    []Settings
	skipped int // messages that changed nothing
}

func (l *SettingsLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.changed.Fire()
	defer l.mu.Unlock()
	lines := strings.Split(l.partial+string(b), "\n")
	l.partial = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		switch {
		case strings.Contains(line, "skipping subscriber track settings"):
			l.skipped++
		case strings.Contains(line, "saving subscriber track settings"):
			var fields struct {
				Settings Settings `json:"settings"`
			}
			if err := json.Unmarshal([]byte(line[strings.Index(line, "{"):]), &fields); err != nil {
				return 0, err
			}
			l.told = append(l.told, fields.Settings)
		}
	}
	return len(b), nil
}

// All returns the settings, and how many messages changed nothing.
func (l *SettingsLog) All() (told []Settings, skipped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.told), l.skipped
}

// Await waits until so many settings were told, and returns the last.
func (l *SettingsLog) Await(t testing.TB, count int) Settings {
	t.Helper()
	done := Patient(t).Done()
	told, _ := l.All()
	for changed := l.changed.Wait(); len(told) < count; changed = l.changed.Wait() {
		if told, _ = l.All(); len(told) >= count {
			break
		}
		select {
		case <-changed:
		case <-done:
			t.Fatalf("the server was told %+v, want %d", told, count)
		}
	}
	if len(told) != count {
		t.Errorf("the server was told %+v, want %d", told, count)
	}
	return told[len(told)-1]
}

// StartLogging starts a server for one test, with a log of what it is told.
func StartLogging(t testing.TB) (*devserver.Server, *SettingsLog) {
	t.Helper()
	l := &SettingsLog{}
	s, err := devserver.Start(t.Context(), devserver.Options{LogLevel: "debug", LogWriter: l})
	Must(t, err)
	t.Cleanup(s.Stop)
	return s, l
}
