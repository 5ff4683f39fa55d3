package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
	"github.com/gst-livekit/gst-livekit/internal/testkit/transcript"
)

const patience = 40 * time.Second

// played is a program that runs in this process, with what it has printed.
type played struct {
	t       *testing.T
	printed *transcript.Transcript
}

// play runs it until the test ends, and returns when it has printed the text.
func play(t *testing.T, text string, change func(*options)) *played {
	t.Helper()
	plugins, err := filepath.Abs("../../build")
	if err != nil {
		t.Fatal(err)
	}
	o, err := parseFlags([]string{"-out", t.TempDir(), "-plugins", plugins})
	if err != nil {
		t.Fatal(err)
	}
	o.width, o.height = 320, 180
	if change != nil {
		change(&o)
	}
	p := &played{t, transcript.New()}
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, o, console.New(p.printed)) }()
	t.Cleanup(func() {
		interrupt()
		if err := <-ended; err != nil {
			t.Errorf("after Ctrl-C: %v", err)
		}
	})
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		all, more := p.printed.Look()
		if strings.Contains(all, text) {
			return p
		}
		select {
		case <-more:
		case err := <-ended:
			ended <- nil
			t.Fatalf("it has ended: %v\n%s", err, all)
		case <-timeout.C:
			t.Fatalf("it has not printed %q:\n%s", text, all)
		}
	}
}

// lines are those that it has printed and that match, as somebody copies them.
func (p *played) lines(pattern string) []string {
	p.t.Helper()
	all, _ := p.printed.Look()
	lines := regexp.MustCompile("(?m)^    ("+pattern+".*)$").FindAllStringSubmatch(all, -1)
	if len(lines) == 0 {
		p.t.Fatalf("no line begins with %s:\n%s", pattern, all)
	}
	var found []string
	for _, line := range lines {
		found = append(found, line[1])
	}
	return found
}

// shell runs a command in a shell that has got the exported lines. A recording is interrupted, as with Ctrl-C, when its file has
// grown to a size.
func (p *played) shell(folder, command string) {
	p.t.Helper()
	var out bytes.Buffer
	script := strings.Join(append(p.lines("export "), "exec "+strings.TrimSpace(command)), "\n")
	cmd := exec.Command("sh", "-euc", script)
	cmd.Dir = folder
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LIVEKIT_") })
	cmd.Stdout, cmd.Stderr = &out, &out
	process, err := child.Start(cmd)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = process.Kill() }()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	interrupted := !strings.Contains(command, "demo.mkv")
	for {
		select {
		case <-process.Done():
			if err := process.Wait(); err != nil {
				p.t.Errorf("%s: %v\n%s", command, err, out.Bytes())
			}
			return
		case <-ticker.C:
			if info, err := os.Stat(filepath.Join(folder, "demo.mkv")); err == nil && info.Size() > 30_000 && !interrupted {
				interrupted = true
				_ = process.Signal(syscall.SIGINT)
			}
		case <-timeout.C:
			_ = process.Kill()
			p.t.Errorf("%s does not end within %v:\n%s", command, patience, out.Bytes())
			return
		}
	}
}

// streams are what ffprobe finds in a file.
func streams(t *testing.T, file string) string {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", file).CombinedOutput()
	if err != nil {
		t.Fatalf("ffprobe: %v\n%s", err, out)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// readmePipeline is the first in the README that writes a file of this name.
func readmePipeline(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```sh\n(gst-launch.*?)```").FindAllStringSubmatch(string(text), -1) {
		if strings.Contains(block[1], "location="+file) {
			return block[1]
		}
	}
	t.Fatalf("the README has no pipeline that writes %s", file)
	return ""
}

func TestPipelinesOfTheREADMEWorkAfterIt(t *testing.T) {
	p := play(t, "until Ctrl-C", nil)
	folder := t.TempDir()
	p.shell(folder, readmePipeline(t, "demo.png"))
	if got := streams(t, filepath.Join(folder, "demo.png")); got != "png,320,180" {
		t.Errorf("the picture is %q", got)
	}
	p.shell(folder, readmePipeline(t, "demo.mkv"))
	if got := streams(t, filepath.Join(folder, "demo.mkv")); got != "vp8,320,180 opus" {
		t.Errorf("the recording is %q", got)
	}
}

func TestPrintedPipelinesWork(t *testing.T) {
	p := play(t, "until Ctrl-C", func(o *options) { o.codec, o.key = "h264", "a pass phrase" })
	folder := t.TempDir()
	lines := p.lines("gst-launch-1.0 ")
	if len(lines) != 3 {
		t.Fatalf("%d pipelines: %q", len(lines), lines)
	}
	for _, line := range lines[1:] { // the first one needs a display
		p.shell(folder, line)
	}
	if got := streams(t, filepath.Join(folder, "demo.png")); got != "png,320,180" {
		t.Errorf("the picture is %q", got)
	}
	if got := streams(t, filepath.Join(folder, "demo.mkv")); got != "h264,320,180 opus" {
		t.Errorf("the recording is %q", got)
	}
	address := strings.Replace(p.lines("gst-play-1.0 ")[0], "gst-play-1.0", "gst-discoverer-1.0", 1)
	p.shell(folder, address)
}

func TestSimulcastHasASmallLayer(t *testing.T) {
	p := play(t, "until Ctrl-C", func(o *options) { o.simulcast, o.participants, o.width, o.height = true, 1, 640, 360 })
	folder := t.TempDir()
	p.shell(folder, "gst-launch-1.0 -e livekitsrc room=demo quality=low ! matroskamux ! filesink location=demo.mkv")
	if got := streams(t, filepath.Join(folder, "demo.mkv")); got != "vp8,160,90" {
		t.Errorf("the recording is %q", got)
	}
}

func TestServerAloneHasNobodyInARoom(t *testing.T) {
	p := play(t, "until Ctrl-C", func(o *options) { o.participants = 0 })
	p.lines("export LIVEKIT_URL=ws://127.0.0.1:")
	if all, _ := p.printed.Look(); strings.Contains(all, "gst-launch") {
		t.Errorf("it offers pipelines:\n%s", all)
	}
}

func TestMissingCameraIsNamed(t *testing.T) {
	o, err := parseFlags([]string{"-out", t.TempDir(), "-camera", "/dev/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), o, console.New(&bytes.Buffer{})); err == nil || !strings.Contains(err.Error(), "/dev/nowhere") {
		t.Errorf("error is %v", err)
	}
}
