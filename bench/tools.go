package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tools are the programs and plugins that the benchmark finds in build/, relative to the repository's root.
type tools struct {
	directory string // of the benchmark's own programs, recordings and logs
	plugins   string // where all plugins are that GStreamer is to find besides its own, and nothing else
	python    string // where the package livekit is
	webrtc    string // the plugin that has livekitwebrtcsrc
}

func newTools() tools {
	return tools{
		directory: "build/bench",
		plugins:   "build/.deps/plugins",
		python:    "build/.deps/python",
		webrtc:    "build/.deps/plugins/libgstrswebrtc.so",
	}
}

func (t tools) program(name string) string { return "./" + filepath.Join(t.directory, name) }

// scratch is a file that may be overwritten.
func (t tools) scratch(name string) string { return filepath.Join(t.directory, name) }

// gstreamer is the environment in which GStreamer finds the plugins, and what it has found.
func (t tools) gstreamer() []string {
	return []string{
		"GST_PLUGIN_PATH=" + t.plugins,
		"GST_REGISTRY=" + t.scratch("registry.bin"),
	}
}

// inspect is what gst-inspect-1.0 says of an element.
func (t tools) inspect(ctx context.Context, element string) (string, error) {
	cmd := exec.CommandContext(ctx, "gst-inspect-1.0", element)
	cmd.Env = append(os.Environ(), t.gstreamer()...)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("GStreamer has no element %s", element)
	}
	return string(out), nil
}

// has tells whether there is an element.
func (t tools) has(element string) error {
	_, err := t.inspect(context.Background(), element)
	return err
}

// offers tells whether an element's pads have caps of this type.
func (t tools) offers(element, caps string) error {
	text, err := t.inspect(context.Background(), element)
	if err != nil {
		return err
	}
	if !strings.Contains(text, caps) {
		return fmt.Errorf("this %s does not offer %s", element, caps)
	}
	return nil
}

// present tells whether a peer is installed. If scripts/bench.sh could not install it, it has said why in a file.
func (t tools) present(peer, path string) error {
	_, err := os.Stat(path)
	if err == nil {
		return nil
	}
	why, failed := os.ReadFile(t.scratch("absent-" + peer))
	if failed != nil {
		return fmt.Errorf("it is not installed: there is no %s", path)
	}
	return errors.New(strings.TrimSpace(string(why)))
}
