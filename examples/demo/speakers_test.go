package main

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

func TestSpeakersAreASoundServerThatAnswersOrADevice(t *testing.T) {
	runtime, empty, devices := t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(runtime, "pulse"), 0o700); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(runtime, "pulse", "native"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, name := range []string{"pcmC0D0p", "pcmC0D0c", "timer"} {
		if err := os.WriteFile(filepath.Join(devices, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		variable, value, devices string
		want                     bool
	}{
		"nothing":           {"", "", empty, false},
		"server":            {"XDG_RUNTIME_DIR", runtime, empty, true},
		"server by its own": {"PULSE_RUNTIME_PATH", filepath.Join(runtime, "pulse"), empty, true},
		"nobody answers":    {"XDG_RUNTIME_DIR", empty, empty, false},
		"device":            {"", "", devices, true},
		"no directory":      {"", "", filepath.Join(empty, "snd"), false},
	} {
		getenv := func(name string) string {
			if name == test.variable {
				return test.value
			}
			return ""
		}
		if got := hasSpeakers(getenv, test.devices); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}
