package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// Patience bounds every wait of a test. Nothing waits that long unless it is broken.
const Patience = 40 * time.Second

// plugin is the file that all of this is about.
const plugin = "libgstlivekit.so"

var server *devserver.Server

// Main is Run for a TestMain that has nothing to do behind it.
func Main(m *testing.M, leaks func(...goleak.Option) error, begin ...func() error) {
	os.Exit(Run(m, leaks, begin...))
}

// Run runs the tests of a program with a server of their own, and returns the program's exit status. Begin is called
// before the first test, with the environment in place. Leaks is goleak.Find, asked when all has ended.
//
// The environment is the one that scripts/test.sh sets; where it says nothing, build/ of this module is used.
func Run(m *testing.M, leaks func(...goleak.Option) error, begin ...func() error) int {
	if err := setEnvironment(); err != nil {
		log.Print(err)
		return 1
	}
	start := func(s *devserver.Server) error {
		server = s
		for _, variable := range s.Environment() {
			name, value, _ := strings.Cut(variable, "=")
			_ = os.Setenv(name, value)
		}
		for _, f := range begin {
			if err := f(); err != nil {
				return err
			}
		}
		return nil
	}
	return roomtest.Main(m, start, func() error { return leaks(roomtest.ReadsForAPublisher) })
}

// Server is the one that Main started. A test that harms its server starts another.
func Server() *devserver.Server { return server }

func setEnvironment() error {
	root, ok := devserver.ModuleRoot()
	if !ok {
		return errors.New("there is no go.mod at or above the working directory")
	}
	build := filepath.Join(root, "build")
	setDefault("GST_PLUGIN_PATH", build)
	setDefault("GST_REGISTRY", filepath.Join(build, "registry-test.bin"))
	if setDefault("G_DEBUG", "fatal-criticals") {
		// GLib has read it before the program began.
		return syscall.Exec("/proc/self/exe", os.Args, os.Environ())
	}
	for _, directory := range filepath.SplitList(os.Getenv("GST_PLUGIN_PATH")) {
		if _, err := os.Stat(filepath.Join(directory, plugin)); err == nil {
			return nil
		}
	}
	return fmt.Errorf("there is no %s in %s: run `make build` first", plugin, os.Getenv("GST_PLUGIN_PATH"))
}

// PluginIsLoaded reports whether the plugin file is in this process.
func PluginIsLoaded(t testing.TB) bool {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(maps, []byte(plugin))
}

// setDefault sets a variable that is not set, and reports whether it did.
func setDefault(name, value string) bool {
	if os.Getenv(name) != "" {
		return false
	}
	return os.Setenv(name, value) == nil
}

// Room is the test's own room. Its name fits into a pipeline description as it is.
func Room(t testing.TB) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, t.Name())
}

// Token is an access token for the server, which may not be one that a test needs to keep secret.
func Token(t testing.TB, options devserver.TokenOptions) string {
	t.Helper()
	if options.Identity == "" {
		options.Identity = "viewer"
	}
	token, err := server.Token(options)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Patient is a context that ends with the test, and with Patience.
func Patient(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	t.Cleanup(cancel)
	return ctx
}
