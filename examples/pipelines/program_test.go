package pipelines

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
	"github.com/gst-livekit/gst-livekit/internal/testkit/transcript"
)

// program is an example that runs, in a process group of its own that ends with the test.
type program struct {
	t       *testing.T
	process *child.Process
	printed *transcript.Transcript
}

// start runs cmd. What it writes is kept, unless cmd says where that goes.
func start(t *testing.T, cmd *exec.Cmd) *program {
	t.Helper()
	p := &program{t: t, printed: transcript.New()}
	if cmd.Stdout == nil {
		cmd.Stdout = p.printed
	}
	if cmd.Stderr == nil {
		cmd.Stderr = p.printed
	}
	var err error
	if p.process, err = child.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.process.Kill() })
	return p
}

// script is a command that runs one of the scripts beside this file.
func script(name string, arguments ...string) *exec.Cmd {
	return exec.Command("./"+name, arguments...)
}

// await waits until the program has printed text n times.
func (p *program) await(n int, text string) {
	p.t.Helper()
	patient := rig.Patient(p.t)
	for {
		printed, more := p.printed.Look()
		if strings.Count(printed, text) >= n {
			return
		}
		select {
		case <-more:
		case <-p.process.Done():
			if printed, _ := p.printed.Look(); strings.Count(printed, text) < n {
				p.t.Fatalf("it has ended without printing %q %d times:\n%s", text, n, printed)
			}
			return
		case <-patient.Done():
			p.t.Fatalf("it has not printed %q %d times within %v:\n%s", text, n, rig.Patience, printed)
		}
	}
}

// awaitFile waits until a file of the program has grown to a size. Nobody tells when a file grows, so this one asks.
func (p *program) awaitFile(name string, size int64) {
	p.t.Helper()
	patient := rig.Patient(p.t)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		if info, err := os.Stat(name); err == nil && info.Size() >= size {
			return
		}
		select {
		case <-ticker.C:
		case <-p.process.Done():
			printed, _ := p.printed.Look()
			p.t.Fatalf("it has ended before %s had %d bytes:\n%s", filepath.Base(name), size, printed)
		case <-patient.Done():
			printed, _ := p.printed.Look()
			p.t.Fatalf("%s does not grow to %d bytes within %v:\n%s", filepath.Base(name), size, rig.Patience, printed)
		}
	}
}

// interrupt is Ctrl-C.
func (p *program) interrupt() {
	p.t.Helper()
	if err := p.process.Signal(syscall.SIGINT); err != nil {
		p.t.Fatal(err)
	}
}

// succeed waits for the program's own end, and wants it to be a success.
func (p *program) succeed() {
	p.t.Helper()
	if err := p.end(); err != nil {
		printed, _ := p.printed.Look()
		p.t.Fatalf("%v:\n%s", err, printed)
	}
}

// fail waits for the program's own end, and wants it to be a failure that it explains by text.
func (p *program) fail(text string) {
	p.t.Helper()
	p.await(1, text)
	if p.end() == nil {
		p.t.Error("it has ended with success")
	}
}

// end waits for the program's own end, and returns how it ended.
func (p *program) end() error {
	p.t.Helper()
	select {
	case <-p.process.Done():
	case <-rig.Patient(p.t).Done():
		printed, _ := p.printed.Look()
		p.t.Fatalf("it does not end within %v:\n%s", rig.Patience, printed)
	}
	return p.process.Wait()
}

// output runs cmd to its end and returns its standard output.
func output(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout = &out
	start(t, cmd).succeed()
	return out.Bytes()
}

// build compiles a Go program as the tests were compiled, so that the C bindings are not compiled a second time.
func build(t *testing.T, source string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program")
	arguments := []string{"build", "-o", file}
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		arguments = append(arguments, "-race")
	}
	// go-gst may have to be compiled first, which takes minutes: only the test's own time limits it.
	if out, err := exec.CommandContext(t.Context(), "go", append(arguments, source)...).CombinedOutput(); err != nil {
		t.Fatalf("compile %s: %v\n%s", source, err, out)
	}
	return file
}

// uninstalled is the environment of somebody who has no plugin installed.
func uninstalled() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GST_PLUGIN_PATH=") })
}
