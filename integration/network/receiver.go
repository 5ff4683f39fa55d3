package network

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network/sink"
	"github.com/gst-livekit/gst-livekit/internal/devserver/child"
)

const stopGrace = 5 * time.Second

// Receiver is a program that receives the track while it runs.
type Receiver struct {
	Name      string
	Recording *sink.Recording

	process *child.Process
	output  *os.File
	reader  sync.WaitGroup
	readErr error // valid after reader's end
	stop    func() error
}

// ReceiverOptions say what receives, and where.
type ReceiverOptions struct {
	Name string
	// Far puts it behind the link.
	Far bool
	// command is what is run. It writes what package sink reads to file descriptor 3.
	command func(s *Stage) (*exec.Cmd, error)
}

// GStreamer is livekitsrc in gst-launch-1.0, with properties of its own, in front of a video sink with its defaults.
func GStreamer(name string, far bool, properties string) ReceiverOptions {
	return ReceiverOptions{Name: name, Far: far, command: func(*Stage) (*exec.Cmd, error) {
		words := strings.Fields("-q livekitsrc room=" + Room + " " + properties + " ! networksink")
		return exec.Command("gst-launch-1.0", words...), nil
	}}
}

// Receive starts a receiver, and returns when it shows pictures. It ends with the stage.
func (s *Stage) Receive(ctx context.Context, options ReceiverOptions) (_ *Receiver, err error) {
	r := &Receiver{Name: options.Name, Recording: sink.NewRecording()}
	cmd, err := options.command(s)
	if err != nil {
		return nil, err
	}
	cmd.Env = append(append(os.Environ(), s.environment...), cmd.Env...)
	if options.Far {
		if err := s.Link.PutFar(cmd); err != nil {
			return nil, err
		}
	}
	if r.output, err = os.CreateTemp(s.directory, options.Name+"-*.log"); err != nil {
		return nil, fmt.Errorf("keep what %s says: %w", options.Name, err)
	}
	lines, write, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a pipe for %s: %w", options.Name, err), r.output.Close())
	}
	cmd.Stdout, cmd.Stderr = r.output, r.output
	cmd.ExtraFiles = []*os.File{write}
	r.process, err = child.Start(cmd)
	// The child has its own copy now, and the pipe must end with it.
	_ = write.Close()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", options.Name, err), lines.Close(), r.output.Close())
	}
	r.reader.Go(func() { r.readErr = r.Recording.Read(lines) })
	r.stop = sync.OnceValue(func() error {
		_ = r.process.Stop(syscall.SIGINT, stopGrace)
		r.reader.Wait()
		return errors.Join(r.readErr, lines.Close(), r.output.Close())
	})
	s.closes(r.Stop)
	return r, r.shows(ctx)
}

// shows waits for the first picture.
func (r *Receiver) shows(ctx context.Context) error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case <-r.Recording.First():
		return nil
	case <-r.process.Done():
		return fmt.Errorf("%s ended before its first picture: %w; it said:\n%s", r.Name, r.process.Wait(), r.said())
	case <-timeout.C:
		return fmt.Errorf("%s showed no picture within %v; it said:\n%s", r.Name, patience, r.said())
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Running reports whether it has not ended by itself.
func (r *Receiver) Running() bool {
	select {
	case <-r.process.Done():
		return false
	default:
		return true
	}
}

// Stop ends it. It may be called again.
func (r *Receiver) Stop() error { return r.stop() }

func (r *Receiver) said() string {
	text, err := os.ReadFile(r.output.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}
