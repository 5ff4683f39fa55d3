package measure

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/record"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

const (
	memoryInterval = 100 * time.Millisecond
	stopGrace      = 8 * time.Second
)

// Subject is a receiver that is to be measured.
type Subject struct {
	// Command is started, and not to be used again. It writes record.Lines to file descriptor 3.
	Command *exec.Cmd
	// Tracks is how many tracks it receives.
	Tracks int
	// Duration is how long it receives after the first frame of the last track; then it gets SIGINT. 0 means that it ends by
	// itself.
	Duration time.Duration
	// Patience is the longest wait for the first frames, and for the end of one that ends by itself.
	Patience time.Duration
}

// Observation is what was seen of one run of a receiver.
type Observation struct {
	Started time.Time
	// Lines are the "end" lines, one for each track.
	Lines []record.Line
	// CPU is what wait4 says that the process, with whatever it waited for, has used, in user and kernel mode.
	CPU time.Duration
	// Memory are samples in equal distances from the first frames to the end, the last one right before it.
	Memory []Memory
	// First and Last are the threads at the first frames and at the end. Both are nil for a receiver that ends by itself.
	First, Last *Threads
}

// Observe runs a receiver to its end.
func Observe(ctx context.Context, s Subject) (Observation, error) {
	r, err := start(s)
	if err != nil {
		return Observation{}, err
	}
	err = r.receive(ctx)
	if s.Duration > 0 || err != nil {
		// Whatever its status is: a receiver that was told to end may call that a failure, and its lines say what it has done.
		_ = r.process.Stop(syscall.SIGINT, stopGrace)
	}
	r.reader.Wait()
	_ = r.pipe.Close()
	if err == nil {
		err = r.readErr
	}
	if err == nil && len(r.ends) != s.Tracks {
		err = fmt.Errorf("it told of %d tracks of %d", len(r.ends), s.Tracks)
	}
	if err != nil {
		return Observation{}, fmt.Errorf("%s: %w; it said:\n%s", s.Command.Args[0], err, r.output)
	}
	state := r.process.State()
	return Observation{Started: r.started, Lines: r.ends, CPU: state.UserTime() + state.SystemTime(), Memory: r.memory, First: r.early, Last: r.late}, nil
}

// running is a receiver between its start and its end.
type running struct {
	subject Subject
	started time.Time
	process *child.Process
	output  *tail
	pipe    *os.File
	reader  sync.WaitGroup
	firsts  chan struct{} // closed when each track has had a frame
	memory  []Memory
	early   *Threads
	late    *Threads

	// The rest belongs to the reader until it has ended.
	first   int
	ends    []record.Line
	readErr error
}

func start(s Subject) (*running, error) {
	pipe, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe for a receiver: %w", err)
	}
	r := &running{subject: s, output: &tail{}, pipe: pipe, firsts: make(chan struct{})}
	s.Command.Stdout, s.Command.Stderr = r.output, r.output
	s.Command.ExtraFiles = []*os.File{write}
	r.started = time.Now()
	r.process, err = child.Start(s.Command)
	// The child has its own copy now, and the pipe must end with it.
	_ = write.Close()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", s.Command.Args[0], err), pipe.Close())
	}
	r.reader.Go(func() { r.readErr = record.Read(pipe, r.take) })
	return r, nil
}

func (r *running) take(line record.Line) {
	switch line.Event {
	case record.First:
		if r.first++; r.first == r.subject.Tracks {
			close(r.firsts)
		}
	case record.End:
		r.ends = append(r.ends, line)
	}
}

// receive waits for the first frames and then until the receiver has received long enough, or ended if it does that by
// itself.
func (r *running) receive(ctx context.Context) error {
	patience := time.NewTimer(r.subject.Patience)
	defer patience.Stop()
	select {
	case <-r.firsts:
	case <-patience.C:
		return fmt.Errorf("no frame of each track within %v", r.subject.Patience)
	case <-r.process.Done():
		// One that is fast may have ended before its first line was read.
		return r.ended()
	case <-ctx.Done():
		return context.Cause(ctx)
	}

	var enough <-chan time.Time
	if r.subject.Duration > 0 {
		timer := time.NewTimer(r.subject.Duration)
		defer timer.Stop()
		enough = timer.C
		r.early = r.threads()
	}
	sample := time.NewTicker(memoryInterval)
	defer sample.Stop()
	for {
		select {
		case <-enough:
			r.sampleMemory()
			r.late = r.threads()
			return nil
		case <-sample.C:
			r.sampleMemory()
		case <-r.process.Done():
			return r.ended()
		case <-patience.C:
			if enough == nil {
				return fmt.Errorf("it did not end within %v", r.subject.Patience)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// ended says what is wrong with a receiver's having ended by itself.
func (r *running) ended() error {
	if err := r.process.Wait(); err != nil {
		return fmt.Errorf("it ended by itself: %w", err)
	}
	if r.subject.Duration > 0 {
		return errors.New("it ended by itself")
	}
	return nil
}

// threads returns nil for a process that is about to end.
func (r *running) threads() *Threads {
	threads, err := ReadThreads(r.process.Pid())
	if err != nil {
		return nil
	}
	return &threads
}

// sampleMemory leaves out a sample that is not to be had: the process is about to end.
func (r *running) sampleMemory() {
	if memory, err := ReadMemory(r.process.Pid()); err == nil {
		r.memory = append(r.memory, memory)
	}
}
