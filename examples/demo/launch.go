package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

const (
	// completeGrace is for the end of the stream to get through, so that the recording is completed.
	completeGrace = 8 * time.Second
	// abandonGrace is for a pipeline whose results nobody wants.
	abandonGrace = 2 * time.Second

	tailLines = 25
)

// launch is a running gst-launch-1.0 whose file descriptor 3 is read by this program.
type launch struct {
	process *child.Process
	reader  sync.WaitGroup
	pipe    *os.File
	output  *output
	readErr error // valid after stop
}

// startLaunch runs a pipeline. read gets what it writes to file descriptor 3, on a goroutine of its own, until the end.
func startLaunch(line pipelineLine, environment []string, logPath string, read func(io.Reader) error) (*launch, error) {
	program, err := exec.LookPath("gst-launch-1.0")
	if err != nil {
		return nil, fmt.Errorf("%w: install the Debian package gstreamer1.0-tools", err)
	}
	log, err := os.Create(logPath)
	if err != nil {
		return nil, fmt.Errorf("open the file for gst-launch-1.0's output: %w", err)
	}
	pipe, write, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a pipe for frames: %w", err), log.Close())
	}

	l := &launch{pipe: pipe, output: &output{file: log}}
	cmd := exec.Command(program, line.arguments()...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = l.output, l.output
	cmd.ExtraFiles = []*os.File{write}
	l.process, err = child.Start(cmd)
	// The child has its own copy now, and the pipe must end with it.
	_ = write.Close()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", program, err), pipe.Close(), log.Close())
	}
	l.reader.Go(func() { l.readErr = read(pipe) })
	return l, nil
}

// stop asks the pipeline to end, waits until it has and everything was read, and kills it after grace. It may be called
// when the pipeline has ended by itself. The error is the pipeline's.
func (l *launch) stop(grace time.Duration) error {
	began := time.Now()
	// One SIGINT is a request for the end of the stream; at a second one gst-launch-1.0 would drop everything.
	err := l.process.Stop(syscall.SIGINT, grace)
	l.reader.Wait()
	closed := errors.Join(l.pipe.Close(), l.output.close())
	switch {
	case err != nil && time.Since(began) >= grace:
		return fmt.Errorf("gst-launch-1.0 did not end within %s s of Ctrl-C and was killed", console.Seconds(grace))
	case err != nil:
		return fmt.Errorf("gst-launch-1.0: %w", err)
	case l.readErr != nil:
		return l.readErr
	}
	return closed
}

// output keeps what gst-launch-1.0 says: all of it in a file, and the last lines for an error message.
type output struct {
	mu   sync.Mutex
	file *os.File
	text bytes.Buffer
}

const maxOutput = 1 << 20

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.text.Len() > maxOutput {
		o.text.Next(maxOutput / 2)
	}
	o.text.Write(p)
	return o.file.Write(p)
}

func (o *output) close() error { return o.file.Close() }

// tail is the last lines, indented.
func (o *output) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(o.text.String()), "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	return "  " + strings.Join(lines, "\n  ")
}

// windowClosed tells whether the pipeline has ended because somebody closed the window: GStreamer's video sinks say it
// in an error message, each in its own words.
func (o *output) windowClosed() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := strings.ToLower(o.text.String())
	for _, words := range []string{"window was closed", "window closed", "quit requested"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}
