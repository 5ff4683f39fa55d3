package chain

import (
	"regexp"
	"strconv"
	"testing"
	"time"
)

// The frames of TestLateSinkCostsNoFrames: as many at their times, as many that come together after a stall, and as many at
// their times again.
const (
	beforeStall = 10
	inStall     = 18
	afterStall  = 30
)

// publish pushes frames, each when it is due.
func (f *feeder) publish(frames int) {
	f.t.Helper()
	for range frames {
		due := f.start.Add(time.Duration(f.pushed) * time.Second / 30)
		<-time.After(time.Until(due))
		f.push()
	}
}

// TestLateSinkCostsNoFrames has a sink that follows the clock, and sends QoS events, behind a stream that stalled. Beside
// it somebody takes all frames, late or not.
func TestLateSinkCostsNoFrames(t *testing.T) {
	for codec := range encoders {
		t.Run(codec.String(), func(t *testing.T) {
			t.Parallel()
			f := newFeeder(t, Config{Codec: codec}, `tee name=t
				t. ! queue ! fakesink name=window async=false sync=true qos=true max-lateness=100000000
				t. ! queue ! appsink name=sink async=false sync=false`)
			f.start = time.Now()
			f.publish(beforeStall)
			stalled := f.start.Add((beforeStall + inStall) * time.Second / 30)
			<-time.After(time.Until(stalled))
			f.publish(inStall)
			f.publish(afterStall)
			const all = beforeStall + inStall + afterStall
			if got := len(f.end()); got != all {
				t.Errorf("%d frames of %d came to whoever takes all", got, all)
			}
			f.pipeline.Await("eos")
			if len(f.pipeline.Said("qos")) == 0 {
				t.Error("no frame was late: the application is not told that any was")
			}
			if decoded, dropped := f.chain.Counts(); decoded != all || dropped != 0 {
				t.Errorf("%d of %d frames were decoded, and %d dropped", decoded, all, dropped)
			}
			// A busy machine may make some of them late.
			if shown := f.shown("window"); shown < beforeStall/2+afterStall/2 {
				t.Errorf("%d frames were shown, want most of %d before and %d after the stall", shown, beforeStall, afterStall)
			}
		})
	}
}

var rendered = regexp.MustCompile(`rendered\\=\\\(guint64\\\)(\d+)`)

// shown is how many frames a sink has shown.
func (f *feeder) shown(sink string) int {
	f.t.Helper()
	stats := f.pipeline.Get(sink, "stats")
	match := rendered.FindStringSubmatch(stats)
	if match == nil {
		f.t.Fatalf("the statistics of a sink are %s", stats)
	}
	n, err := strconv.Atoi(match[1])
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}
