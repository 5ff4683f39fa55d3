package play

import (
	"sync"
	"testing"
	"time"

	"github.com/go-gst/go-gst/gst"
	"github.com/go-gst/go-gst/gst/app"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// Sink is the end of a pipeline whose frames Frame reads. Those that nobody reads in time are dropped.
const Sink = " ! appsink name=sink sync=false max-buffers=8 drop=true wait-on-eos=false"

// closing is the name of the message that ends the reading of the bus.
const closing = "play-closing"

// Pipeline is a pipeline of go-gst and what it has said. It is for the test's own goroutine.
type Pipeline struct {
	*gst.Pipeline

	t        testing.TB
	messages messages
	read     int // messages that Await has looked at
	reading  sync.WaitGroup
}

// Parse makes a pipeline, in state NULL. It ends with the test.
func Parse(t testing.TB, description string) *Pipeline {
	t.Helper()
	pipeline, err := gst.NewPipelineFromString(description)
	if err != nil {
		t.Fatalf("%s: %v", description, err)
	}
	return Wrap(t, pipeline)
}

// Wrap takes over a pipeline in state NULL.
func Wrap(t testing.TB, pipeline *gst.Pipeline) *Pipeline {
	t.Helper()
	pipeline.SetAutoFlushBus(false) // what is said at the end is of interest too
	p := &Pipeline{Pipeline: pipeline, t: t, messages: messages{more: make(chan struct{})}}
	pipeline.GetPipelineBus() // which go-gst keeps from now on, and without a lock
	p.reading.Go(p.readBus)
	t.Cleanup(p.close)
	return p
}

// Start makes a pipeline and plays it.
func Start(t testing.TB, description string) *Pipeline {
	t.Helper()
	p := Parse(t, description)
	p.Play()
	return p
}

// Play sets the pipeline to PLAYING, without waiting for it.
func (p *Pipeline) Play() {
	p.t.Helper()
	p.set(gst.StatePlaying)
}

// Pause sets the pipeline to PAUSED.
func (p *Pipeline) Pause() {
	p.t.Helper()
	p.set(gst.StatePaused)
}

// Stop sets the pipeline to NULL, and returns when that is done.
func (p *Pipeline) Stop() {
	p.t.Helper()
	p.set(gst.StateNull)
}

func (p *Pipeline) set(state gst.State) {
	p.t.Helper()
	if err := p.SetState(state); err != nil {
		p.t.Fatalf("%v; messages:%s", err, &p.messages)
	}
}

func (p *Pipeline) close() {
	_ = p.SetState(gst.StateNull)
	p.GetPipelineBus().Post(gst.NewApplicationMessage(p.Pipeline, gst.NewStructure(closing)))
	p.reading.Wait()
}

// readBus does what every application owes its pipeline, and keeps what it is told.
func (p *Pipeline) readBus() {
	bus := p.GetPipelineBus()
	for {
		m := bus.TimedPop(gst.ClockTimeNone)
		if m == nil {
			continue
		}
		message := newMessage(m)
		if message.Name == closing {
			return
		}
		if message.Type == gst.MessageLatency {
			p.RecalculateLatency()
		}
		p.messages.add(message)
	}
}

// Element returns an element by its name.
func (p *Pipeline) Element(name string) *gst.Element {
	p.t.Helper()
	element, err := p.GetElementByName(name)
	if err != nil {
		p.t.Fatalf("element %s: %v", name, err)
	}
	return element
}

// Await waits for the next message that match accepts. Messages before it are passed over for good.
func (p *Pipeline) Await(what string, match func(Message) bool) Message {
	p.t.Helper()
	patient := rig.Patient(p.t)
	for {
		news, more := p.messages.since(p.read)
		for _, m := range news {
			p.read++
			if match(m) {
				return m
			}
		}
		select {
		case <-more:
		case <-patient.Done():
			p.t.Fatalf("no %s within %v; messages:%s", what, rig.Patience, &p.messages)
		}
	}
}

// Forget passes over the messages that have come so far.
func (p *Pipeline) Forget() {
	news, _ := p.messages.since(p.read)
	p.read += len(news)
}

// AwaitType waits for the next message of a type.
func (p *Pipeline) AwaitType(kind gst.MessageType) Message {
	p.t.Helper()
	return p.Await(kind.String(), func(m Message) bool { return m.Type == kind })
}

// AwaitEnd waits for EOS, and fails the test at an error before it.
func (p *Pipeline) AwaitEnd() {
	p.t.Helper()
	m := p.Await("end", func(m Message) bool { return m.Type == gst.MessageEOS || m.Type == gst.MessageError })
	if m.Type == gst.MessageError {
		p.t.Fatal(m)
	}
}

// Said returns the messages of a type that have come so far.
func (p *Pipeline) Said(kind gst.MessageType) []Message {
	all, _ := p.messages.since(0)
	var found []Message
	for _, m := range all {
		if m.Type == kind {
			found = append(found, m)
		}
	}
	return found
}

// Frame reads the next frame from the appsink name=sink.
func (p *Pipeline) Frame() rig.Frame {
	p.t.Helper()
	return p.FrameOf("sink")
}

// FrameOf reads the next frame from an appsink.
func (p *Pipeline) FrameOf(name string) rig.Frame {
	p.t.Helper()
	sink := app.SinkFromElement(p.Element(name))
	sample := sink.TryPullSample(gst.ClockTime(rig.Patience))
	if sample == nil {
		p.t.Fatalf("no frame within %v, eos %v; messages:%s", rig.Patience, sink.IsEOS(), &p.messages)
	}
	f := rig.Frame{Read: time.Now()}
	buffer := sample.GetBuffer()
	f.PTS = time.Duration(buffer.PresentationTimestamp())
	f.Data = buffer.Bytes()
	var err error
	if f.Info, err = caps.ParseCaps(sample.GetCaps().String()); err != nil {
		p.t.Fatal(err)
	}
	return f
}

// Frames reads the next n frames from the appsink name=sink.
func (p *Pipeline) Frames(n int) []rig.Frame {
	p.t.Helper()
	return p.FramesOf("sink", n)
}

// FramesOf reads the next n frames from an appsink.
func (p *Pipeline) FramesOf(name string, n int) []rig.Frame {
	p.t.Helper()
	frames := make([]rig.Frame, 0, n)
	for range n {
		frames = append(frames, p.FrameOf(name))
	}
	return frames
}
