package play

/*
#cgo pkg-config: gstreamer-1.0
#include <stdlib.h>
#include "padlog.h"
*/
import "C"

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// Passed is one thing that passed a pad.
type Passed struct {
	// Kind is "buffer", the type of an event such as "tag" or "gap", or what a buffer had with it: "captured" for the
	// capture time of its GstReferenceTimestampMeta, "metadata" for its LiveKitFrameMeta.
	Kind string
	Time time.Duration // PTS, begin of a gap, or time since the Unix epoch
	Text string        // caps, tags, metadata, "delta" of a buffer that is a delta unit, or the duration of a gap in nanoseconds
}

// PadLog is what passed a pad, read on the test's own goroutine.
type PadLog struct {
	t    testing.TB
	c    *C.PadLog
	read int
}

// Log begins to write down what passes a pad of an element. It ends with the test.
func (p *Pipeline) Log(element, pad string) *PadLog {
	p.t.Helper()
	name := C.CString(pad)
	defer C.free(unsafe.Pointer(name))
	instance := (*C.GstElement)(unsafe.Pointer(p.Element(element).Instance()))
	log := &PadLog{t: p.t, c: C.padlog_new(instance, name)}
	if log.c == nil {
		p.t.Fatalf("element %s has no pad %s", element, pad)
	}
	p.t.Cleanup(func() { p.Stop(); C.padlog_free(log.c) })
	return log
}

// Await waits for the next thing that match accepts. What came before it is passed over for good.
func (l *PadLog) Await(what string, match func(Passed) bool) Passed {
	l.t.Helper()
	patient := rig.Patient(l.t)
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		all := l.all(l.read)
		for _, passed := range all[min(l.read, len(all)):] {
			l.read++
			if match(passed) {
				return passed
			}
		}
		select {
		case <-ticker.C:
		case <-patient.Done():
			l.t.Fatalf("no %s within %v", what, rig.Patience)
		}
	}
}

// AwaitKind waits for the next thing of a kind.
func (l *PadLog) AwaitKind(kind string) Passed {
	l.t.Helper()
	return l.Await(kind, func(p Passed) bool { return p.Kind == kind })
}

// Kinds returns the kinds of everything so far, in order.
func (l *PadLog) Kinds() []string {
	var kinds []string
	for _, p := range l.all(0) {
		kinds = append(kinds, p.Kind)
	}
	return kinds
}

// all returns everything, or nothing if it is no more than known.
func (l *PadLog) all(known int) []Passed {
	text := C.padlog_lines(l.c, C.int(known))
	if text == nil {
		return nil
	}
	defer C.free(unsafe.Pointer(text))
	var all []Passed
	for line := range strings.Lines(C.GoString(text)) {
		passed, err := parsePassed(strings.TrimSuffix(line, "\n"))
		if err != nil {
			l.t.Fatal(err)
		}
		all = append(all, passed)
	}
	return all
}

func parsePassed(line string) (Passed, error) {
	fields := strings.SplitN(line, "\t", 3)
	if len(fields) != 3 {
		return Passed{}, fmt.Errorf("pad log: %q", line)
	}
	ns, err := strconv.ParseUint(fields[1], 10, 64)
	if err != nil {
		return Passed{}, fmt.Errorf("pad log: %q: %w", line, err)
	}
	return Passed{Kind: fields[0], Time: time.Duration(ns), Text: fields[2]}, nil
}
