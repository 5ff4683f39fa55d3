package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/sent"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

const (
	publishTimeout = 30 * time.Second
	publisherGrace = 5 * time.Second
)

// publisher is the program publish while it runs.
type publisher struct {
	process  *child.Process
	pictures *sent.Pictures
	log      *os.File
	pipe     *os.File
	reader   sync.WaitGroup
	readErr  error // valid after stop
}

// startPublisher starts it, and returns when it publishes all tracks.
func startPublisher(ctx context.Context, r request, seconds float64, environment []string) (*publisher, error) {
	log, err := os.Create(r.tools.scratch("publish.log"))
	if err != nil {
		return nil, fmt.Errorf("keep the publisher's output: %w", err)
	}
	pipe, write, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a pipe for the publisher: %w", err), log.Close())
	}
	p := &publisher{pictures: sent.NewPictures(), log: log, pipe: pipe}
	cmd := exec.Command(r.tools.program("publish"),
		"-room", r.room, "-codec", r.codec, "-tracks", strconv.Itoa(r.tracks), "-framerate", strconv.Itoa(r.frameRate),
		"-width", strconv.Itoa(r.width), "-height", strconv.Itoa(r.height),
		"-clips="+strconv.FormatBool(r.clips), "-sounds", strconv.Itoa(r.sounds), "-detailed="+strconv.FormatBool(!r.plain), "-record", r.recording, "-record-frames", strconv.Itoa(int(seconds*float64(r.frameRate))))
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{write}
	p.process, err = child.Start(cmd)
	// The child has its own copy now, and the pipe must end with it.
	_ = write.Close()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the publisher: %w", err), pipe.Close(), log.Close())
	}
	p.reader.Go(func() { p.readErr = p.pictures.Read(pipe) })

	timeout := time.NewTimer(publishTimeout)
	defer timeout.Stop()
	select {
	case <-p.pictures.Ready():
		return p, nil
	case <-p.process.Done():
		err = fmt.Errorf("the publisher ended: %w; see %s", p.process.Wait(), log.Name())
	case <-timeout.C:
		err = fmt.Errorf("the publisher has not published within %v; see %s", publishTimeout, log.Name())
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	return nil, errors.Join(err, p.stop())
}

// stop ends it. It may be called after its end.
func (p *publisher) stop() error {
	select {
	case <-p.process.Done():
	default:
		_ = p.process.Stop(syscall.SIGINT, publisherGrace)
	}
	p.reader.Wait()
	return errors.Join(p.readErr, p.pipe.Close(), p.log.Close())
}

// recorded waits until the recording is complete.
func (p *publisher) recorded(ctx context.Context, path string, patience time.Duration) error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		select {
		case <-look.C:
		case <-p.process.Done():
			return fmt.Errorf("the publisher ended: %w", p.process.Wait())
		case <-timeout.C:
			return fmt.Errorf("the publisher's stream was not recorded within %v: nobody received it", patience)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
