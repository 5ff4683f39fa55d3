package chain

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// awaitOpen waits until the streaming thread sleeps, after nearly everything that was pushed has left.
func (f *feeder) awaitOpen() {
	f.t.Helper()
	for deadline := time.Now().Add(time.Minute); !f.chain.mail.isOpen(); runtime.Gosched() {
		if time.Now().After(deadline) {
			f.t.Fatal("the streaming thread does not wait for a unit")
		}
	}
}

// pull returns a buffer that was pushed.
func (f *feeder) pull() testpipeline.Buffer {
	f.t.Helper()
	b, ok := f.pipeline.Pull()
	if !ok {
		f.t.Fatal("the stream has ended")
	}
	return b
}

// Each call into C wakes the Go runtime's monitor thread. Push knows the presentation time only from a call.
func TestElementThatKeepsUpIsNotCalled(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-vp8"))
	f.push()
	got := []testpipeline.Buffer{f.pull()}
	for i := 1; i < keyDistance; i++ {
		f.awaitOpen()
		due := f.start.Add(time.Duration(i) * time.Second / 30)
		if pts, err := f.chain.Push(Unit{Data: f.units[i], Due: due}); pts != 0 || err != nil {
			t.Fatalf("%v, %v", pts, err)
		}
		got = append(got, f.pull())
	}
	checkRising(t, got)
	if last := f.chain.Last(); got[len(got)-1].PTS != last {
		t.Errorf("the last is at %v, and Last says %v", got[len(got)-1].PTS, last)
	}
}

// A sink that follows the clock holds the streaming thread most of the time, and keeps up all the same.
func TestElementWhoseSinkFollowsTheClockIsNotCalled(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, "fakesink name=window async=false sync=true")
	f.start = time.Now()
	f.push()
	for i := 1; i < keyDistance; i++ {
		f.awaitOpen()
		due := time.Now().Add(20 * time.Millisecond)
		if pts, err := f.chain.Push(Unit{Data: f.units[i], Due: due}); pts != 0 || err != nil {
			t.Fatalf("%v, %v", pts, err)
		}
	}
	f.chain.End()
	f.pipeline.Await("eos")
	f.quiet()
	if shown := f.shown("window"); shown != keyDistance {
		t.Errorf("%d of %d units were shown", shown, keyDistance)
	}
}

// A unit that waits where Go has put it comes before everything that follows by a call.
func TestCallsComeAfterWhatGoHasPutThere(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-vp8"))
	var got []testpipeline.Buffer
	const all = 10 * keyDistance
	for i := range all {
		f.push()
		if i%7 == 0 {
			f.chain.SetTitle(strconv.Itoa(i))
		}
		for i%3 == 2 && len(got) <= i {
			got = append(got, f.pull())
		}
	}
	got = append(got, f.end()...)
	if len(got) != all {
		t.Fatalf("%d buffers of %d units", len(got), all)
	}
	checkRising(t, got)
	for i, b := range got {
		if want := len(f.units[i%len(f.units)]); len(b.Data) != want {
			t.Errorf("buffer %d has %d bytes, want %d", i, len(b.Data), want)
		}
	}
}

// Go does not write into the memory of a chain that is stopping, and a unit that it has just written is dropped with the rest.
func TestChainStopsWhileUnitsComeThere(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-vp8"))
	for range 50 {
		f.push()
		f.push()
		f.last = f.chain.Last()
		f.push()
		f.chain.Close()
		f.open()
		f.pushed = 0
	}
}
