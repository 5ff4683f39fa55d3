package network

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network/sink"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

const stopGrace = 5 * time.Second

// program is a child that writes what package sink reads to its file descriptor 3.
type program struct {
	Name      string
	Recording *sink.Recording

	process *child.Process
	output  *os.File
	stop    func() error
}

// start starts a program, which ends with the stage.
func (s *Stage) start(name string, far bool, cmd *exec.Cmd) (*program, error) {
	p := &program{Name: name, Recording: sink.NewRecording()}
	cmd.Env = append(append(os.Environ(), s.environment...), cmd.Env...)
	var err error
	if far {
		err = s.Link.PutFar(cmd)
	} else {
		err = cmd.Err
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if p.output, err = os.CreateTemp(s.directory, "*.log"); err != nil {
		return nil, fmt.Errorf("keep what %s says: %w", name, err)
	}
	lines, write, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a pipe for %s: %w", name, err), p.output.Close())
	}
	cmd.Stdout, cmd.Stderr = p.output, p.output
	cmd.ExtraFiles = []*os.File{write}
	p.process, err = child.Start(cmd)
	// The child has its own copy now, and the pipe must end with it.
	_ = write.Close()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), lines.Close(), p.output.Close())
	}
	var reader sync.WaitGroup
	var readErr error
	reader.Go(func() { readErr = p.Recording.Read(lines) })
	p.stop = sync.OnceValue(func() error {
		_ = p.process.Stop(syscall.SIGINT, stopGrace)
		reader.Wait()
		return errors.Join(readErr, lines.Close(), p.output.Close())
	})
	s.closes(p.Stop)
	return p, nil
}

// Running reports whether it has not ended by itself.
func (p *program) Running() bool {
	select {
	case <-p.process.Done():
		return false
	default:
		return true
	}
}

// Stop ends it. It may be called again.
func (p *program) Stop() error { return p.stop() }

// said is the end of what it wrote to its standard output and error.
func (p *program) said() string {
	text, err := os.ReadFile(p.output.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}
