package testpipeline

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-app-1.0 gstreamer-video-1.0
#include <stdlib.h>
#include "pipeline.h"
*/
import "C"

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// Patience bounds every wait.
const Patience = 30 * time.Second

// Sink is the end of a pipeline whose buffers Pull takes.
const Sink = " ! appsink name=sink sync=false"

// Message is what came over the bus.
type Message struct {
	Type   string // such as "error"
	Source string // path of the element
	Text   string // of an error or a warning
	Debug  string
}

// Buffer is one that Pull took.
type Buffer struct {
	Data     []byte
	Caps     string
	PTS, DTS time.Duration // -1: none
	Delta    bool          // GST_BUFFER_FLAG_DELTA_UNIT
	Header   bool          // GST_BUFFER_FLAG_HEADER
	Discont  bool          // GST_BUFFER_FLAG_DISCONT
}

// Pipeline plays until its test ends. It is for the test's own goroutine.
type Pipeline struct {
	t       testing.TB
	c       *C.GstLivekitTestPipeline
	reading sync.WaitGroup
	close   func()

	mu   sync.Mutex
	said []Message
	more chan struct{} // closed at the next message
	read int           // messages that Await has looked at
}

// Start plays a pipeline. Downstream needs one sink pad that is not linked.
func Start(t testing.TB, downstream string) *Pipeline {
	t.Helper()
	text := C.CString(downstream)
	defer C.free(unsafe.Pointer(text))
	var failure *C.GError
	c := C.gst_livekit_test_pipeline_new(text, &failure)
	if c == nil {
		defer C.g_error_free(failure)
		t.Fatalf("%s: %s", downstream, C.GoString(failure.message))
	}
	p := &Pipeline{t: t, c: c, more: make(chan struct{})}
	p.reading.Go(p.readBus)
	p.close = sync.OnceFunc(func() {
		C.gst_livekit_test_pipeline_stop(c)
		C.gst_livekit_test_pipeline_close_bus(c)
		p.reading.Wait()
		C.gst_livekit_test_pipeline_free(c)
	})
	t.Cleanup(p.close)
	return p
}

// Bin is the GstBin that the source's elements are to live in.
func (p *Pipeline) Bin() unsafe.Pointer { return unsafe.Pointer(p.c.source) }

// Ghost is the bin's GstGhostPad.
func (p *Pipeline) Ghost() unsafe.Pointer { return unsafe.Pointer(p.c.ghost) }

func (p *Pipeline) readBus() {
	for {
		var c C.GstLivekitTestMessage
		C.gst_livekit_test_pipeline_pop(p.c, &c)
		m := Message{
			Type: C.GoString(c._type), Source: C.GoString(c.source), Text: C.GoString(c.text), Debug: C.GoString(c.debug),
		}
		C.gst_livekit_test_message_clear(&c)
		if c.closing != 0 {
			return
		}
		p.mu.Lock()
		p.said = append(p.said, m)
		close(p.more)
		p.more = make(chan struct{})
		p.mu.Unlock()
	}
}

// Said returns the messages of a type so far.
func (p *Pipeline) Said(kind string) []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Message
	for _, m := range p.said {
		if m.Type == kind {
			all = append(all, m)
		}
	}
	return all
}

// Await waits for the next message of one of these types, and passes over those before it.
func (p *Pipeline) Await(kinds ...string) Message {
	p.t.Helper()
	patience := time.After(Patience)
	for {
		p.mu.Lock()
		said, more := p.said, p.more
		p.mu.Unlock()
		for p.read < len(said) {
			m := said[p.read]
			p.read++
			for _, kind := range kinds {
				if m.Type == kind {
					return m
				}
			}
		}
		select {
		case <-more:
		case <-patience:
			p.t.Fatalf("no %v within %v, but %+v", kinds, Patience, said)
		}
	}
}

// StopDownstream stops what takes the data, as a pipeline does before it stops its sources: then these find nobody who
// keeps them waiting.
func (p *Pipeline) StopDownstream() { C.gst_livekit_test_pipeline_stop_downstream(p.c) }

// Replace exchanges all that is downstream while data flows: when nothing is on its way.
func (p *Pipeline) Replace(downstream string) { p.t.Helper(); p.replace(downstream, false) }

// ReplaceInFlight is Replace while a buffer is on its way, which reaches the new downstream. One must come.
func (p *Pipeline) ReplaceInFlight(downstream string) { p.t.Helper(); p.replace(downstream, true) }

func (p *Pipeline) replace(downstream string, inFlight bool) {
	p.t.Helper()
	text := C.CString(downstream)
	defer C.free(unsafe.Pointer(text))
	var flag C.gboolean
	if inFlight {
		flag = 1
	}
	var failure *C.GError
	if C.gst_livekit_test_pipeline_replace(p.c, text, flag, &failure) == 0 {
		defer C.g_error_free(failure)
		p.t.Fatalf("%s: %s", downstream, C.GoString(failure.message))
	}
}

// Pull waits for the next buffer of the element that Sink describes. It is not ok at EOS.
func (p *Pipeline) Pull() (buffer Buffer, ok bool) {
	p.t.Helper()
	buffer, ok, eos := p.pull(Patience)
	if !ok && !eos {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.t.Fatalf("no buffer within %v, but %+v", Patience, p.said)
	}
	return buffer, ok
}

// TryPull is Pull that waits no longer than that.
func (p *Pipeline) TryPull(timeout time.Duration) (buffer Buffer, ok bool) {
	buffer, ok, _ = p.pull(timeout)
	return buffer, ok
}

func (p *Pipeline) pull(timeout time.Duration) (buffer Buffer, ok, eos bool) {
	var c C.GstLivekitTestBuffer
	var ended C.gboolean
	if C.gst_livekit_test_pipeline_pull(p.c, C.guint64(timeout), &c, &ended) == 0 {
		return Buffer{}, false, ended != 0
	}
	defer C.gst_livekit_test_buffer_clear(&c)
	return Buffer{
		Data:    C.GoBytes(unsafe.Pointer(c._map.data), C.int(c._map.size)),
		Caps:    C.GoString(c.caps),
		PTS:     time.Duration(c.pts),
		DTS:     time.Duration(c.dts),
		Delta:   c.flags&C.GST_BUFFER_FLAG_DELTA_UNIT != 0,
		Header:  c.flags&C.GST_BUFFER_FLAG_HEADER != 0,
		Discont: c.flags&C.GST_BUFFER_FLAG_DISCONT != 0,
	}, true, false
}

// Set sets a property of an element downstream, as gst-launch-1.0 does.
func (p *Pipeline) Set(element, property, value string) {
	p.t.Helper()
	e, n, v := C.CString(element), C.CString(property), C.CString(value)
	defer C.free(unsafe.Pointer(e))
	defer C.free(unsafe.Pointer(n))
	defer C.free(unsafe.Pointer(v))
	if C.gst_livekit_test_pipeline_set(p.c, e, n, v) == 0 {
		p.t.Fatalf("there is no element %s", element)
	}
}

// SetWhenAdded has a handler of deep-element-added set a property, of elements of this name that are added from now on.
func (p *Pipeline) SetWhenAdded(element, property, value string) {
	e, n, v := C.CString(element), C.CString(property), C.CString(value)
	defer C.free(unsafe.Pointer(e))
	defer C.free(unsafe.Pointer(n))
	defer C.free(unsafe.Pointer(v))
	C.gst_livekit_test_pipeline_set_when_added(p.c, e, n, v)
}

// Get is a property of an element, as text.
func (p *Pipeline) Get(element, property string) string {
	p.t.Helper()
	e, n := C.CString(element), C.CString(property)
	defer C.free(unsafe.Pointer(e))
	defer C.free(unsafe.Pointer(n))
	text := C.gst_livekit_test_pipeline_get(p.c, e, n)
	if text == nil {
		p.t.Fatalf("there is no element %s", element)
	}
	defer C.g_free(C.gpointer(text))
	return C.GoString(text)
}

// ForceKeyUnit asks for a key frame, as an encoder or a muxer does, and reports whether somebody took the event.
func (p *Pipeline) ForceKeyUnit() bool {
	return C.gst_livekit_test_pipeline_force_key_unit(p.c, C.GST_CLOCK_TIME_NONE) != 0
}

// ForceKeyUnitAt asks for a key frame at a running time, as a muxer does that is going to begin another file then.
func (p *Pipeline) ForceKeyUnitAt(running time.Duration) bool {
	return C.gst_livekit_test_pipeline_force_key_unit(p.c, C.GstClockTime(running)) != 0
}

// RunningTime is how long the pipeline has played.
func (p *Pipeline) RunningTime() time.Duration {
	return time.Duration(C.gst_livekit_test_pipeline_running_time(p.c))
}

// Latency is what the source answers to the LATENCY query.
func (p *Pipeline) Latency() time.Duration {
	return time.Duration(C.gst_livekit_test_pipeline_latency(p.c))
}

// CapsQueries is how often downstream has been asked so far for the caps that it takes.
func (p *Pipeline) CapsQueries() int {
	return int(atomic.LoadInt32((*int32)(unsafe.Pointer(&p.c.caps_queries))))
}

// RecalculateLatency does what an application does when a LATENCY message has come.
func (p *Pipeline) RecalculateLatency() { C.gst_livekit_test_pipeline_recalculate_latency(p.c) }

// HoldLatency keeps whoever posts a LATENCY message waiting, as a handler of the application's might. Await waits for one to
// be posted, release lets go of it and of all later ones.
func (p *Pipeline) HoldLatency() (await, release func()) {
	C.gst_livekit_test_pipeline_hold_latency(p.c)
	return func() { C.gst_livekit_test_pipeline_await_held(p.c) },
		func() { C.gst_livekit_test_pipeline_release_latency(p.c) }
}

// Element is one of the pipeline.
type Element struct{ Factory, Name, Klass string }

// Elements are all in the pipeline, however deep, except for bins.
func (p *Pipeline) Elements() []Element {
	text := C.gst_livekit_test_pipeline_elements(p.c)
	defer C.g_free(C.gpointer(unsafe.Pointer(text)))
	var all []Element
	for line := range strings.Lines(C.GoString(text)) {
		fields := strings.Fields(line)
		all = append(all, Element{fields[0], fields[1], fields[2]})
	}
	return all
}

// Added are the names of the elements that the pipeline's signal deep-element-added has told of since the last call.
func (p *Pipeline) Added() []string {
	var all []string
	for {
		name := C.gst_livekit_test_pipeline_added(p.c)
		if name == nil {
			return all
		}
		all = append(all, C.GoString(name))
		C.g_free(C.gpointer(unsafe.Pointer(name)))
	}
}
