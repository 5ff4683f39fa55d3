package main

import (
	"net"
	"path/filepath"
	"slices"
	"testing"
)

func TestFindDisplayWantsOneThatAnswers(t *testing.T) {
	directory := t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(directory, "wayland-7"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for name, test := range map[string]struct {
		environment map[string]string
		want        string
	}{
		"nothing":         {nil, ""},
		"wayland":         {map[string]string{"XDG_RUNTIME_DIR": directory, "WAYLAND_DISPLAY": "wayland-7"}, "Wayland display wayland-7"},
		"wayland by path": {map[string]string{"WAYLAND_DISPLAY": filepath.Join(directory, "wayland-7")}, "Wayland display " + filepath.Join(directory, "wayland-7")},
		"nobody there":    {map[string]string{"XDG_RUNTIME_DIR": directory, "WAYLAND_DISPLAY": "wayland-8", "DISPLAY": ":987"}, ""},
		"no directory":    {map[string]string{"WAYLAND_DISPLAY": "wayland-7"}, ""},
		"nonsense":        {map[string]string{"DISPLAY": "nonsense"}, ""},
	} {
		if got := findDisplay(func(key string) string { return test.environment[key] }); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestX11Addresses(t *testing.T) {
	local := []displayAddress{{"unix", "/tmp/.X11-unix/X1"}, {"unix", "@/tmp/.X11-unix/X1"}}
	for display, want := range map[string][]displayAddress{
		":1":             local,
		":1.0":           local,
		"unix:1":         local,
		"localhost:10.0": {{"tcp", "localhost:6010"}},
		"::1:3":          {{"tcp", "[::1]:6003"}},
		"1":              nil,
		"":               nil,
	} {
		if got := x11Addresses(display); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", display, got, want)
		}
	}
}
