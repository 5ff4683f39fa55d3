package leaks_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
	"github.com/gst-livekit/gst-livekit/integration/leaks"
)

const (
	// moments is what a process goes through that stops pipelines at any moment.
	moments = "moments"
	// stopsVariable is how many stops: make stops sets it.
	stopsVariable = "STOPS"
	fewStops      = 80
	// latestMoment is well after the first picture.
	latestMoment = 600 * time.Millisecond
	// longestStop is when one hangs.
	longestStop = 10 * time.Second
)

// stopped are the pipelines: pictures, the stream itself, a connection of its own, a wall, and nobody who publishes.
var stopped = []string{
	"livekitsrc room={room} ! fakesink sync=true",
	"livekitsrc room={room} ! matroskamux ! fakesink",
	"livekitsrc room={room} shared=false ! fakesink",
	"compositor name=wall ! fakesink livekitsrc room={room} ! wall. livekitsrc room={room} ! wall.",
	"livekitsrc room={room}-empty ! fakesink",
}

// TestStopsAtAnyMoment lets a process start and stop pipelines, and reads what it finds left.
func TestStopsAtAnyMoment(t *testing.T) {
	t.Parallel()
	leavesNothing(t, moments)
}

// cycleMoments is what the process does.
func cycleMoments() error {
	leaks.Init()
	if err := livekitsrc.Register(); err != nil {
		return err
	}
	stops := fewStops
	if text := os.Getenv(stopsVariable); text != "" {
		var err error
		if stops, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("%s: %w", stopsVariable, err)
		}
	}
	words := newWords()
	for _, description := range stopped { // makes what stays once for all
		if _, err := leaks.StopAt(words.Replace(description), latestMoment); err != nil {
			return fmt.Errorf("%s: %w", description, err)
		}
	}
	before := hold()
	random := rand.New(rand.NewPCG(11, 11))
	var took []time.Duration
	for i := range stops {
		description := words.Replace(stopped[i%len(stopped)])
		moment := time.Duration(random.Int64N(int64(latestMoment)))
		stop, err := leaks.StopAt(description, moment)
		if err != nil {
			return fmt.Errorf("stop %d, %s: %w", i, description, err)
		}
		if stop > longestStop {
			return fmt.Errorf("stop %d, %s at %v: took %v", i, description, moment, stop)
		}
		took = append(took, stop)
	}
	slices.Sort(took)
	fmt.Printf("%d stops: median %v, p99 %v, most %v\n", stops, took[stops/2], took[stops*99/100], took[stops-1])
	err := before.check()
	leaks.End()
	return err
}
