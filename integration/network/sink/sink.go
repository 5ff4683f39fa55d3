// Package sink has the GStreamer element networksink, which notes when pictures come and when a video sink would show them,
// and reads what it notes.
package sink

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed plugin/gstnetworksink.c
var source []byte

// Build compiles the element into a directory, for $GST_PLUGIN_PATH.
func Build(ctx context.Context, directory string) error {
	find := exec.CommandContext(ctx, "pkg-config", "--cflags", "--libs", "gstreamer-1.0", "gstreamer-base-1.0", "gstreamer-video-1.0")
	flags, err := find.Output()
	if err != nil {
		return fmt.Errorf("find GStreamer's development files with pkg-config: %w", withOutput(err))
	}
	words := append([]string{"-O2", "-Wall", "-shared", "-fPIC", "-o", filepath.Join(directory, "libgstnetworksink.so"), "-xc", "-"},
		strings.Fields(string(flags))...)
	compile := exec.CommandContext(ctx, "gcc", words...)
	compile.Stdin = bytes.NewReader(source)
	if out, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("compile the element networksink: %w\n%s", err, out)
	}
	return nil
}

// withOutput adds what a command said to its error.
func withOutput(err error) error {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return err
}

// Environment is what lets GStreamer find the element in directory beside the plugins that it finds already. The registry is
// one of its own, which begins as a copy of the present one if there is one.
func Environment(directory string) []string {
	registry := filepath.Join(directory, "registry.bin")
	if present := os.Getenv("GST_REGISTRY"); present != "" {
		if data, err := os.ReadFile(present); err == nil {
			_ = os.WriteFile(registry, data, 0o600)
		}
	}
	path := directory
	if present := os.Getenv("GST_PLUGIN_PATH"); present != "" {
		path += string(filepath.ListSeparator) + present
	}
	return []string{"GST_PLUGIN_PATH=" + path, "GST_REGISTRY=" + registry}
}
