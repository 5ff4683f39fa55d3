package static

import (
	"strconv"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestGapsWhileMuted is for those downstream who wait for every stream, such as a muxer.
func TestGapsWhileMuted(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	p := play.Parse(t, "livekitsrc room="+rig.Room(t)+play.Sink)
	log := p.Log("sink", "sink")
	p.Play()
	last := log.AwaitKind("buffer")

	if err := publisher.SetMuted(true); err != nil {
		t.Fatal(err)
	}
	end := time.Duration(0)
	for range 4 {
		gap := log.Await("gap", func(passed play.Passed) bool {
			if passed.Kind == "buffer" {
				last = passed
			}
			return passed.Kind == "gap"
		})
		ns, err := strconv.ParseInt(gap.Text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case gap.Time <= last.Time || gap.Time < end || ns <= 0:
			t.Errorf("a gap of %s ns at %v, after a frame at %v and a gap until %v", gap.Text, gap.Time, last.Time, end)
		case end != 0 && gap.Time-end > time.Millisecond:
			t.Errorf("nothing is said about the time from %v to %v", end, gap.Time)
		}
		end = gap.Time + time.Duration(ns)
	}

	if err := publisher.SetMuted(false); err != nil {
		t.Fatal(err)
	}
	if next := log.AwaitKind("buffer"); next.Time < end {
		t.Errorf("a frame at %v after a gap until %v", next.Time, end)
	}
	p.Forget()
}
