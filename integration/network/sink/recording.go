package sink

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Unreadable is the Time of a picture in which no time was found.
const Unreadable = -1

// The events of a line.
const (
	Arrived = "arrived" // a picture came to the sink
	Shown   = "shown"   // a picture was shown, when its time had come
	Latency = "latency" // the pipeline set its latency
	Stats   = "stats"
)

// line is one line as a receiver writes it.
type line struct {
	Event string `json:"event"`
	// At is the moment, in microseconds of Unix time.
	At int64 `json:"at"`
	// Time is what the picture shows, as internal/testkit/testpicture describes it, or Unreadable.
	Time          int64  `json:"time"`
	Hash          uint32 `json:"hash"`
	Width, Height int
	// Latency is in nanoseconds.
	Latency *int64           `json:"latency"`
	Values  map[string]int64 `json:"values"`
}

// Picture is one that came, or was shown.
type Picture struct {
	At time.Time
	// Time is what the picture shows: the low 32 bits of Unix milliseconds, or Unreadable.
	Time int64
	// Hash is of its luma. Two pictures of one frame differ in it only by damage.
	Hash          uint32
	Width, Height int
}

// Age is how long ago the picture was made when it was seen.
func (p Picture) Age() time.Duration {
	age := time.Duration(int32(uint32(p.At.UnixMilli())-uint32(p.Time))) * time.Millisecond
	return age + p.At.Sub(p.At.Truncate(time.Millisecond))
}

// Value is a number at a moment.
type Value struct {
	At     time.Time
	Number int64
}

// Recording is what a receiver has noted so far. Its methods may be called by several goroutines at once.
type Recording struct {
	mu       sync.Mutex
	arrived  []Picture
	shown    []Picture
	latency  []Value // of the pipeline
	reported []Value // of what is in front of the sink
	stats    map[string]int64
	first    chan struct{}
}

// NewRecording returns an empty one.
func NewRecording() *Recording { return &Recording{first: make(chan struct{})} }

// First is closed when a picture was shown.
func (r *Recording) First() <-chan struct{} { return r.first }

// Read takes the lines of a receiver until their end. What is not JSON is somebody else's, and skipped.
func (r *Recording) Read(from io.Reader) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		l := line{Time: Unreadable}
		if json.Unmarshal(lines.Bytes(), &l) == nil {
			r.take(l)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read what a receiver says: %w", err)
	}
	return nil
}

func (r *Recording) take(l line) {
	at := time.UnixMicro(l.At)
	switch l.Event {
	case Arrived:
		r.Arrive(Picture{At: at, Time: l.Time, Hash: l.Hash, Width: l.Width, Height: l.Height})
	case Shown:
		r.Show(Picture{At: at, Time: l.Time, Hash: l.Hash, Width: l.Width, Height: l.Height})
	case Latency:
		r.mu.Lock()
		defer r.mu.Unlock()
		r.latency = append(r.latency, Value{at, *l.Latency})
	case Stats:
		r.mu.Lock()
		defer r.mu.Unlock()
		if l.Latency != nil {
			r.reported = append(r.reported, Value{at, *l.Latency})
		}
		r.stats = l.Values
	}
}

// Arrive notes a picture that came.
func (r *Recording) Arrive(p Picture) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.arrived = append(r.arrived, p)
}

// Show notes a picture that was shown.
func (r *Recording) Show(p Picture) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.shown) == 0 {
		close(r.first)
	}
	r.shown = append(r.shown, p)
}

// Pictures are those that came and those that were shown so far.
func (r *Recording) Pictures() (arrived, shown []Picture) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.arrived), slices.Clone(r.shown)
}

// Latencies are what the pipeline had as its latency, at each change, and what was in front of the sink, looked at a few
// times a second.
func (r *Recording) Latencies() (pipeline, reported []Value) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.latency), slices.Clone(r.reported)
}

// Stats are the last numbers that livekitsrc told about itself; nil if it told none.
func (r *Recording) Stats() map[string]int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.stats)
}
