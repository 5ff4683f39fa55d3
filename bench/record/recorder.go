package record

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// capacity is a minute at 30 frames a second, so that a Recorder does not grow while it is measured.
const capacity = 1800

// Recorder is what a Go receiver notes about one track. Its methods may be called by several goroutines at once.
type Recorder struct {
	mu    sync.Mutex
	w     io.Writer
	line  Line
	first counts
	last  counts
}

// counts are what the runtime counted until one moment.
type counts struct {
	mallocs, bytes uint64
	ourMallocs     *int64
	cgoCalls       int64
}

// Now is the present moment as a Line has it.
func Now() int64 { return time.Now().UnixMicro() }

// NewRecorder returns a Recorder that writes to w, each line at once. Receiving has begun at the moment begin.
func NewRecorder(w io.Writer, track string, begin int64) *Recorder {
	return &Recorder{w: w, line: Line{
		Track:    track,
		Begin:    begin,
		At:       make([]int64, 0, capacity),
		Pictures: make([]int64, 0, capacity),
	}}
}

// Frame notes a frame that came now. The first one is told at once.
func (r *Recorder) Frame(picture int64) error {
	now := Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	cpu, err := processTime()
	if err != nil {
		return err
	}
	r.line.CPULast = cpu
	r.line.At = append(r.line.At, now)
	r.line.Pictures = append(r.line.Pictures, picture)
	if len(r.line.At) > 1 {
		r.last.cgoCalls = runtime.NumCgoCall()
		return nil
	}
	r.line.CPUFirst = cpu
	r.first = countNow()
	return r.say(Line{Event: First, Track: r.line.Track, Begin: r.line.Begin, CPUFirst: cpu})
}

// End tells about all frames. Without a frame it says nothing.
func (r *Recorder) End(decoder string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.line.At) == 0 {
		return nil
	}
	// The last frame was a moment ago. To ask at every frame would stop the program each time.
	calls := r.last.cgoCalls
	r.last = countNow()
	line := r.line
	line.Event = End
	line.Go = &Go{
		Mallocs:  r.last.mallocs - r.first.mallocs,
		Bytes:    r.last.bytes - r.first.bytes,
		CgoCalls: max(0, calls-r.first.cgoCalls),
		Decoder:  decoder,
	}
	if r.first.ourMallocs != nil && r.last.ourMallocs != nil {
		line.Go.OurMallocs = new(*r.last.ourMallocs - *r.first.ourMallocs)
	}
	return r.say(line)
}

func (r *Recorder) say(line Line) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if _, err := r.w.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("tell about track %q: %w", line.Track, err)
	}
	return nil
}

func countNow() counts {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return counts{
		mallocs: memory.Mallocs, bytes: memory.TotalAlloc, ourMallocs: ourMallocs(), cgoCalls: runtime.NumCgoCall(),
	}
}

// processTime is the processor time of this process so far, in microseconds.
func processTime() (int64, error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, fmt.Errorf("ask for the processor time used: %w", err)
	}
	return usage.Utime.Nano()/1000 + usage.Stime.Nano()/1000, nil
}
