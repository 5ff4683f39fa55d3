package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// frame is one frame that came out of the pipeline.
type frame struct {
	at time.Time
	// latency is how old the picture was, if timed.
	latency time.Duration
	timed   bool
}

// made is when the picture was made, or, if that is unknown, when it came. Frames that waited for a decoder come all at once, so
// a frame rate is counted from these times.
func (f frame) made() time.Time { return f.at.Add(-f.latency) }

// readBands reads grey frames that were cropped to their two bands, until the end, and calls take with each.
func readBands(r io.Reader, width, height int, now func() time.Time, take func(frame)) error {
	rows := testpicture.BandRows(height)
	// GStreamer's rows of 8-bit grey are padded to a multiple of four bytes.
	stride := (width + 3) / 4 * 4
	bands := make([]byte, stride*2*rows)
	for {
		if _, err := io.ReadFull(r, bands); err != nil {
			return endOfStream(err)
		}
		f := frame{at: now()}
		if value, ok := testpicture.ReadBands(bands, stride, width, rows); ok {
			f.latency, f.timed = testpicture.Latency(f.at, value), true
		}
		take(f)
	}
}

// endOfStream is nil for the end of the stream, even within a frame: gst-launch-1.0 has ended.
func endOfStream(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return fmt.Errorf("read frames from gst-launch-1.0: %w", err)
}

// traceVariables make GStreamer's latency tracer write a line to file descriptor 3 for each buffer that a sink has taken.
// See https://gstreamer.freedesktop.org/documentation/additional/design/tracing.html.
var traceVariables = []string{
	"GST_TRACERS=latency", "GST_DEBUG=GST_TRACER:7", "GST_DEBUG_NO_COLOR=1", "GST_DEBUG_FILE=/dev/fd/3",
}

// readTrace reads what the latency tracer writes, until the end, and calls take with each frame.
func readTrace(r io.Reader, now func() time.Time, take func(frame)) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			// The declarations at the beginning are long; a frame's line is not.
			continue
		case err != nil:
			return endOfStream(err)
		case bytes.Contains(line, []byte("autoaudiosink")):
			// Sound is not counted.
		case bytes.Contains(line, []byte(" latency, src-element")) && bytes.Contains(line, []byte(" TRACE ")):
			take(frame{at: now()})
		}
	}
}
