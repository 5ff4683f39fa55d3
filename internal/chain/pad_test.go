package chain

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// keyDistance is that of the encoders.
const keyDistance = 10

// feeder pushes what an encoder made, over and over, into a pipeline's pad, and puts another chain in place of an
// outdated one as package stream does. It is for one goroutine.
type feeder struct {
	t        *testing.T
	pipeline *testpipeline.Pipeline
	config   Config
	units    [][]byte
	start    time.Time
	pushed   int
	chain    *Chain
	last     time.Duration
	awaiting bool
}

// newFeeder plays a pipeline whose source is a chain.
func newFeeder(t *testing.T, config Config, downstream string) *feeder {
	t.Helper()
	f := &feeder{t: t, units: encode(t, ball(config.Codec)), start: time.Now()}
	f.pipeline = testpipeline.Start(t, downstream)
	config.Pad = &Pad{Bin: f.pipeline.Bin(), Ghost: f.pipeline.Ghost()}
	config.StreamID = "test"
	f.config = config
	f.open()
	t.Cleanup(func() {
		f.pipeline.StopDownstream()
		f.chain.Close()
	})
	return f
}

func (f *feeder) open() {
	f.t.Helper()
	var err error
	f.config.After = f.last
	if f.chain, err = New(f.config); err != nil {
		f.t.Fatal(err)
	}
	f.chain.SetSize(320, 240)
}

// push pushes the next unit, if it makes sense.
func (f *feeder) push() {
	f.t.Helper()
	i := f.pushed % len(f.units)
	key := i%keyDistance == 0
	due := f.start.Add(time.Duration(f.pushed) * time.Second / 30)
	f.pushed++
	if f.awaiting && !key {
		return
	}
	unit := Unit{Data: f.units[i], Due: due, KeyFrame: key, Discont: f.awaiting}
	_, err := f.chain.Push(unit)
	if errors.Is(err, ErrOutdated) {
		f.awaiting = true
		if !key {
			return
		}
		f.last = f.chain.Last()
		f.chain.Close()
		f.open()
		unit.Discont = true
		_, err = f.chain.Push(unit)
	}
	switch {
	case errors.Is(err, ErrBacklog), errors.Is(err, ErrOutdated): // the latter because it changed its mind again
		f.awaiting = true
		return
	case err != nil:
		f.t.Fatal(err)
	}
	f.awaiting = false
}

// pushAll pushes each unit once.
func (f *feeder) pushAll() {
	f.t.Helper()
	for range f.units {
		f.push()
	}
}

// next pushes until a buffer comes out.
func (f *feeder) next() testpipeline.Buffer {
	f.t.Helper()
	for patience := time.Now().Add(testpipeline.Patience); time.Now().Before(patience); {
		f.push()
		if b, ok := f.pipeline.TryPull(time.Millisecond); ok { // the pace of a publisher in a hurry
			return b
		}
	}
	f.t.Fatalf("no buffer, but %+v", f.pipeline.Said("error"))
	panic("unreachable")
}

// nextWith pushes until a buffer with such caps comes out, and returns it with those before it.
func (f *feeder) nextWith(caps string) (before []testpipeline.Buffer, found testpipeline.Buffer) {
	f.t.Helper()
	for range 1000 {
		b := f.next()
		if strings.Contains(b.Caps, caps) {
			return before, b
		}
		before = append(before, b)
	}
	f.t.Fatalf("no buffer has %s", caps)
	panic("unreachable")
}

// end ends the stream and returns what has not come out so far.
func (f *feeder) end() []testpipeline.Buffer {
	f.t.Helper()
	if !f.chain.End() {
		f.t.Error("the chain gives no EOS")
	}
	var all []testpipeline.Buffer
	for {
		b, ok := f.pipeline.Pull()
		if !ok {
			break
		}
		all = append(all, b)
	}
	f.quiet()
	return all
}

// quiet fails the test if the pipeline has complained.
func (f *feeder) quiet() {
	f.t.Helper()
	if said := append(f.pipeline.Said("error"), f.pipeline.Said("warning")...); len(said) > 0 {
		f.t.Errorf("the pipeline says %+v", said)
	}
}

// decoders are the factories of those in the pipeline.
func (f *feeder) decoders() []string {
	var all []string
	for _, e := range f.pipeline.Elements() {
		if strings.Contains(e.Klass, "Decoder") {
			all = append(all, e.Factory)
		}
	}
	return all
}

// checkRising fails the test unless presentation times rise.
func checkRising(t *testing.T, all []testpipeline.Buffer) {
	t.Helper()
	for i, b := range all[1:] {
		if b.PTS <= all[i].PTS {
			t.Errorf("buffer %d is at %v, not after %v", i+1, b.PTS, all[i].PTS)
		}
	}
}
