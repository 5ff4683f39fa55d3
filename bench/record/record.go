package record

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Unreadable is the picture of a frame in which no time was found, and of one that was not decoded.
const Unreadable = -1

// The events of a line.
const (
	First = "first"
	End   = "end"
)

// Line is one line. Times of day are in microseconds of Unix time, amounts of processor time in microseconds.
type Line struct {
	Event string `json:"event"`
	// Track is which of several tracks this is about; it may be empty if there is only one.
	Track string `json:"track"`
	// Begin is when the receiver was told to receive: its pipeline to go, or its room to be joined.
	Begin int64 `json:"begin"`
	// CPUFirst and CPULast are what the whole process had used at the first and at the last frame.
	CPUFirst int64 `json:"cpuFirst"`
	CPULast  int64 `json:"cpuLast,omitempty"`
	// At is when each frame came, and Pictures the time that each shows, as internal/testkit/testpicture describes it, or
	// Unreadable. Both are as long.
	At       []int64 `json:"at,omitempty"`
	Pictures []int64 `json:"pictures,omitempty"`
	// Missing is how many packets were lost, or dropped by the receiver; nil if it does not say.
	Missing *uint64 `json:"missing,omitempty"`
	// Go is what only a Go program can tell about itself, from the first frame to the last.
	Go *Go `json:"go,omitempty"`
}

// Go is what the Go runtime counted.
type Go struct {
	// Mallocs is how often memory was allocated, and Bytes how much, by everything in the process.
	Mallocs uint64 `json:"mallocs"`
	Bytes   uint64 `json:"bytes"`
	// OurMallocs is how many of Mallocs code of this module made itself. It is nil unless every allocation was profiled.
	OurMallocs *int64 `json:"ourMallocs,omitempty"`
	// CgoCalls is how often Go called C.
	CgoCalls int64 `json:"cgoCalls"`
	// Decoder is the GStreamer element that decoded.
	Decoder string `json:"decoder,omitempty"`
}

// Read reads lines until the end and hands each to take. What is not JSON is somebody else's, and skipped.
func Read(r io.Reader, take func(Line)) error {
	lines := bufio.NewReader(r)
	for {
		text, err := lines.ReadBytes('\n')
		var line Line
		if len(text) > 0 && json.Unmarshal(text, &line) == nil && line.Event != "" {
			if len(line.At) != len(line.Pictures) {
				return fmt.Errorf("a receiver names %d frames and %d pictures", len(line.At), len(line.Pictures))
			}
			take(line)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what a receiver says: %w", err)
		}
	}
}
