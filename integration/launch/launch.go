package launch

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

// Launch is a gst-launch-1.0, or another program, that plays. It is for the test's own goroutine.
type Launch struct {
	t       testing.TB
	process *child.Process
	in      io.Writer
	printed *output
	video   *output // what came through the child's file 3
	frames  int     // read from video
	bytes   int     // read from video
}

// Start runs gst-launch-1.0 with these arguments, which are separated by spaces and hold none.
func Start(t testing.TB, arguments string) *Launch {
	t.Helper()
	return StartWith(t, nil, arguments)
}

// StartWith is Start with more variables in the child's environment, each as NAME=value. A variable with an empty value
// counts as not set for the element.
func StartWith(t testing.TB, environment []string, arguments string) *Launch {
	t.Helper()
	return Program(t, environment, "gst-launch-1.0", strings.Fields(arguments)...)
}

// Program is StartWith for another program, which Tell can talk to.
func Program(t testing.TB, environment []string, program string, arguments ...string) *Launch {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	l := &Launch{t: t, printed: newOutput(), video: newOutput()}
	cmd := exec.Command(program, arguments...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	l.in = in
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = l.printed, l.printed
	cmd.ExtraFiles = []*os.File{write}
	if l.process, err = child.Start(cmd); err != nil {
		_ = read.Close()
		t.Fatal(err)
	}

	// All is read as it comes: a sink that waits for its reader keeps gst-launch-1.0 from doing anything else.
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(l.video, read) })
	t.Cleanup(func() {
		_ = l.process.Kill()
		reading.Wait()
		_ = read.Close()
	})
	return l
}

// Output is what the program has printed so far.
func (l *Launch) Output() string {
	text, _ := l.printed.look()
	return string(text)
}

// await waits for more to come through o until found reports true.
func (l *Launch) await(o *output, what string, found func(all []byte) bool) {
	l.t.Helper()
	patient := rig.Patient(l.t)
	for ended := false; ; {
		all, more := o.look()
		if found(all) {
			return
		}
		if ended {
			l.t.Fatalf("gst-launch-1.0 has ended without %s:\n%s", what, l.Output())
		}
		select {
		case <-more:
		case <-l.process.Done():
			ended = true
		case <-patient.Done():
			l.t.Fatalf("no %s within %v:\n%s", what, rig.Patience, l.Output())
		}
	}
}

// Lines waits until the program has printed n lines that match the pattern, and returns what each of them matched: the
// whole, then the groups.
func (l *Launch) Lines(n int, pattern string) [][]string {
	l.t.Helper()
	expression := regexp.MustCompile("(?m)" + pattern)
	var lines [][]string
	l.await(l.printed, pattern, func(all []byte) bool {
		lines = expression.FindAllStringSubmatch(string(all), n)
		return len(lines) == n
	})
	return lines
}

// Line waits for the first line that matches the pattern.
func (l *Launch) Line(pattern string) []string {
	l.t.Helper()
	return l.Lines(1, pattern)[0]
}

// LineAfter waits for a line that matches the pattern behind the first n bytes of Output, and returns when it came.
func (l *Launch) LineAfter(n int, pattern string) (came time.Time) {
	l.t.Helper()
	expression := regexp.MustCompile("(?m)" + pattern)
	end := 0
	l.await(l.printed, pattern, func(all []byte) bool {
		found := expression.FindIndex(all[n:])
		if found == nil {
			return false
		}
		end = n + found[1]
		return true
	})
	return l.printed.complete(end)
}

// Pid is the program's process id.
func (l *Launch) Pid() int { return l.process.Pid() }

// Frame reads the next frame from an element fdsink fd=3, which needs gst-launch-1.0 -v and, in front of the sink,
// identity name=probe silent=false.
func (l *Launch) Frame() rig.Frame {
	l.t.Helper()
	f := l.Buffers(l.frames + 1)[l.frames]
	layout, err := f.Info.Type.GStreamerLayout(f.Info.Width, f.Info.Height)
	if err != nil {
		l.t.Fatal(err)
	}
	end := l.bytes + layout.Size
	l.await(l.video, "next frame", func(all []byte) bool {
		if len(all) < end {
			return false
		}
		f.Data = all[l.bytes:end]
		return true
	})
	f.Read = l.video.complete(end)
	l.bytes = end
	l.frames++
	return f
}

// Frames reads the next n frames.
func (l *Launch) Frames(n int) []rig.Frame {
	l.t.Helper()
	frames := make([]rig.Frame, 0, n)
	for range n {
		frames = append(frames, l.Frame())
	}
	return frames
}

// probed is what an identity says about caps and buffers. The caps of pads are no substitute: gst-launch-1.0 -v loses
// some when two of them change at the same time (GstObject's deep-notify does not recurse).
const probed = `GstIdentity:probe: last-message = (?:` +
	`event .*\(type: caps .*, caps=\(GstCaps\)"(.*)";\)|` +
	`chain .* pts: (\d+):(\d\d):(\d\d\.\d+), )`

var escaped = regexp.MustCompile(`\\(.)`)

// Buffers waits until n buffers have gone through identity name=probe silent=false, and returns them without their data.
func (l *Launch) Buffers(n int) []rig.Frame {
	l.t.Helper()
	expression := regexp.MustCompile(probed)
	var frames []rig.Frame
	l.await(l.printed, fmt.Sprintf("%d buffers", n), func(all []byte) bool {
		frames = frames[:0]
		var info caps.VideoInfo
		for _, line := range expression.FindAllStringSubmatch(string(all), -1) {
			var err error
			if line[1] != "" {
				info, err = caps.ParseCaps(escaped.ReplaceAllString(line[1], "$1"))
			} else {
				var pts time.Duration
				pts, err = time.ParseDuration(line[2] + "h" + line[3] + "m" + line[4] + "s")
				frames = append(frames, rig.Frame{Info: info, PTS: pts})
			}
			if err != nil {
				l.t.Fatal(err)
			}
		}
		return len(frames) >= n
	})
	return frames
}

// Tell writes a line to the program.
func (l *Launch) Tell(line string) {
	l.t.Helper()
	if _, err := io.WriteString(l.in, line+"\n"); err != nil {
		l.t.Fatalf("%v; the program printed:\n%s", err, l.Output())
	}
}

// Interrupt is Ctrl-C.
func (l *Launch) Interrupt() {
	l.t.Helper()
	if err := l.process.Signal(syscall.SIGINT); err != nil {
		l.t.Fatalf("%v; gst-launch-1.0 printed:\n%s", err, l.Output())
	}
}

// End waits until the program has ended by itself, and returns its exit status and all that it printed.
func (l *Launch) End() (status int, printed string) {
	l.t.Helper()
	select {
	case <-l.process.Done():
	case <-rig.Patient(l.t).Done():
		l.t.Fatalf("gst-launch-1.0 does not end:\n%s", l.Output())
	}
	err := l.process.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), l.Output()
	}
	if err != nil {
		l.t.Fatal(err)
	}
	return 0, l.Output()
}
