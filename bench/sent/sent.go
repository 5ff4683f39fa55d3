// Package sent is what the benchmark's publisher says of the pictures that it sends: lines of JSON, "ready" once all its
// tracks are published, and before and after that one for each picture.
package sent

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

// Identity is the participant that publishes the track of this number, and the track's name if there is one participant for all.
// Receivers call the track so, too.
func Identity(number int) string { return "camera-" + strconv.Itoa(number) }

// Sound is the name of the track of sound of this number.
func Sound(number int) string { return "microphone-" + strconv.Itoa(number) }

type line struct {
	Ready   bool   `json:"ready,omitempty"`
	Track   string `json:"track,omitempty"`
	Made    int64  `json:"made,omitempty"`
	Encoded int64  `json:"encoded,omitempty"`
}

// Writer writes lines. It is for one goroutine at a time.
type Writer struct{ encoder *json.Encoder }

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{encoder: json.NewEncoder(w)} }

// Ready says that all tracks are published.
func (w *Writer) Ready() error { return w.encoder.Encode(line{Ready: true}) }

// Picture says that a picture, made and encoded at these microseconds of Unix time, is sent on a track.
func (w *Writer) Picture(track string, made, encoded int64) error {
	return w.encoder.Encode(line{Track: track, Made: made, Encoded: encoded})
}

// Pictures gathers what a publisher says. Its methods may be called by several goroutines at once.
type Pictures struct {
	ready chan struct{}

	mu      sync.Mutex
	byTrack map[string][]measure.Sent
}

// NewPictures returns Pictures that know of none.
func NewPictures() *Pictures {
	return &Pictures{ready: make(chan struct{}), byTrack: map[string][]measure.Sent{}}
}

// Ready is closed when all tracks are published.
func (p *Pictures) Ready() <-chan struct{} { return p.ready }

// Read reads what a Writer writes, until its end. It is called once.
func (p *Pictures) Read(r io.Reader) error {
	lines := json.NewDecoder(bufio.NewReader(r))
	for {
		var l line
		err := lines.Decode(&l)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what the publisher says: %w", err)
		}
		if l.Ready {
			close(p.ready)
			continue
		}
		p.mu.Lock()
		p.byTrack[l.Track] = append(p.byTrack[l.Track], measure.Sent{Made: l.Made, Encoded: l.Encoded})
		p.mu.Unlock()
	}
}

// Sent is what has been sent so far, by track.
func (p *Pictures) Sent() map[string][]measure.Sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	sent := map[string][]measure.Sent{}
	for track, pictures := range p.byTrack {
		sent[track] = pictures[:len(pictures):len(pictures)]
	}
	return sent
}
