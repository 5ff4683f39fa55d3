package skew

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// PictureSink and SoundSink are ends of a pipeline of gst-launch-1.0 that Sinks reads. They write when the time of a buffer has
// come, as sinks for people do.
const (
	PictureSink = "videoconvertscale ! video/x-raw,format=GRAY8,width=320,height=180 ! fdsink fd=3 sync=true"
	SoundSink   = "audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=1 ! fdsink fd=4 sync=true"
)

// Sinks is a program that plays into PictureSink and SoundSink, or says what it plays. It is for one goroutine.
type Sinks struct {
	process *child.Process
	printed bytes.Buffer // complete when the process has ended
	reading sync.WaitGroup
	files   []*os.File
	begun   time.Time

	mu       sync.Mutex
	more     chan struct{} // closed with the next burst
	pictures []Picture
	listener listener
}

// StartSinks starts a command with the two sinks.
func StartSinks(command *exec.Cmd) (*Sinks, error) {
	s := &Sinks{begun: time.Now(), more: make(chan struct{})}
	var writers []*os.File
	for range 2 {
		reader, writer, err := os.Pipe()
		if err != nil {
			return nil, fmt.Errorf("make a pipe for a sink: %w", err)
		}
		s.files, writers = append(s.files, reader), append(writers, writer)
	}
	command.ExtraFiles = writers
	command.Stdout, command.Stderr = &s.printed, &s.printed
	var err error
	s.process, err = child.Start(command)
	for _, w := range writers {
		w.Close()
	}
	if err != nil {
		return nil, errors.Join(err, s.files[0].Close(), s.files[1].Close())
	}
	s.reading.Go(func() { s.look(s.files[0]) })
	s.reading.Go(func() { s.listen(s.files[1]) })
	return s, nil
}

// StartTeller starts a command without sinks, which says itself what it sees and hears: lines of JSON on its standard output, with
// times in microseconds since 1970.
func StartTeller(command *exec.Cmd) (*Sinks, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe for what a program says: %w", err)
	}
	s := &Sinks{more: make(chan struct{}), files: []*os.File{reader}}
	command.Stdout, command.Stderr = writer, &s.printed
	s.process, err = child.Start(command)
	writer.Close()
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	s.reading.Go(func() { s.read(reader) })
	return s, nil
}

// read takes what a program says. Its SDK may print lines of its own.
func (s *Sinks) read(r io.Reader) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		var said struct {
			At      int64
			Picture *uint32
			Burst   bool
		}
		if json.Unmarshal(lines.Bytes(), &said) != nil || said.At == 0 {
			continue
		}
		at := time.Duration(said.At) * time.Microsecond
		s.mu.Lock()
		if said.Picture != nil {
			s.pictures = append(s.pictures, Picture{At: at, Made: made(time.UnixMicro(said.At), *said.Picture)})
		}
		if said.Burst {
			s.listener.bursts = append(s.listener.bursts, at)
			s.tell()
		}
		s.mu.Unlock()
	}
}

// tell wakes Await.
func (s *Sinks) tell() {
	close(s.more)
	s.more = make(chan struct{})
}

// look reads pictures as they come.
func (s *Sinks) look(r io.Reader) {
	picture := make([]byte, width*height)
	for {
		if _, err := io.ReadFull(r, picture); err != nil {
			return
		}
		now := time.Now()
		if value, ok := testpicture.Read(picture, width, width, height); ok {
			s.mu.Lock()
			s.pictures = append(s.pictures, Picture{At: now.Sub(s.begun), Made: made(now, value)})
			s.mu.Unlock()
		}
	}
}

// listen reads samples as they come. The first of them is heard when it comes.
func (s *Sinks) listen(r io.Reader) {
	samples := make([]byte, 4096)
	for {
		n, err := r.Read(samples)
		if err != nil {
			return
		}
		now := time.Since(s.begun)
		s.mu.Lock()
		before := len(s.listener.bursts)
		s.listener.hear(samples[:n], now)
		if len(s.listener.bursts) > before {
			s.tell()
		}
		s.mu.Unlock()
	}
}

// Await waits until pictures have been shown and the given number of bursts heard, and leaves out what came in the first part of
// the time.
func (s *Sinks) Await(ctx context.Context, bursts int, settled time.Duration) (Skew, error) {
	for {
		s.mu.Lock()
		skew, more := s.since(settled), s.more
		s.mu.Unlock()
		if len(skew) >= bursts {
			return skew, nil
		}
		select {
		case <-more:
		case <-s.process.Done():
			return nil, fmt.Errorf("it has ended after %d bursts:\n%s", len(skew), &s.printed)
		case <-ctx.Done():
			return nil, fmt.Errorf("%d bursts in time: %w", len(skew), ctx.Err())
		}
	}
}

// since is the skew from a time after the first picture and the first burst on.
func (s *Sinks) since(settled time.Duration) Skew {
	if len(s.pictures) == 0 || len(s.listener.bursts) == 0 {
		return nil
	}
	from := max(s.pictures[0].At, s.listener.bursts[0]) + settled
	bursts := s.listener.bursts
	for len(bursts) > 0 && bursts[0] < from {
		bursts = bursts[1:]
	}
	return Of(s.pictures, bursts)
}

// Close ends the program as Ctrl-C does.
func (s *Sinks) Close() error {
	const grace = 10 * time.Second
	err := s.process.Stop(syscall.SIGINT, grace)
	for _, f := range s.files {
		err = errors.Join(err, f.Close())
	}
	s.reading.Wait()
	return err
}
