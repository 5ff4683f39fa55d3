package leaks_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
	"github.com/gst-livekit/gst-livekit/integration/leaks"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

const (
	// walls is what a process goes through that adds elements to a pipeline that plays, and removes them.
	walls = "walls"
	// fewChanges is how many elements take the place of others in each wall, unless stopsVariable says it.
	fewChanges = 40
	seats      = 5
)

// wall is what all of a pipeline's elements have in common: one that plays and one that is mixed.
const wall = "compositor name=wall background=black ! fakesink sync=true videotestsrc is-live=true !" +
	" video/x-raw,width=64,height=64 ! wall."

// occupants are the elements, and what takes what they give: the mixer, if that is empty. No sink may wait for its first
// picture: the pipeline would wait for it in PAUSED, in which nothing that is live gives one.
var occupants = []struct {
	source, tail string
	silent       bool // nobody publishes for it
}{
	{source: "livekitsrc room={room}"},
	{source: "livekitsrc room={room}"},
	{source: "livekitsrc room={room} shared=false"},
	{source: "livekitsrc room={room} quality=low", tail: "fakesink sync=true async=false"},
	{source: "livekitsrc room={room}", tail: "queue ! videoconvert ! fakesink sync=true async=false"},
	{source: "livekitsrc room={room}", tail: "identity ! matroskamux ! fakesink async=false"},
	{source: "livekitsrc room={room} participant=nobody", silent: true},
	{source: "livekitsrc room={room} participant=nobody", tail: "fakesink async=false", silent: true},
}

// TestElementsComeAndGoWhileOthersPlay lets a process change walls, and reads what it finds left.
func TestElementsComeAndGoWhileOthersPlay(t *testing.T) {
	t.Parallel()
	leavesNothing(t, walls)
}

// cycleWalls is what the process does. The first wall makes what stays once for all.
func cycleWalls() error {
	leaks.Init()
	if err := livekitsrc.Register(); err != nil {
		return err
	}
	changes := fewChanges
	if text := os.Getenv(stopsVariable); text != "" {
		var err error
		if changes, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("%s: %w", stopsVariable, err)
		}
	}
	random := rand.New(rand.NewPCG(11, 12))
	if err := changeWall(random, seats); err != nil {
		return err
	}
	before := hold()
	if err := changeWall(random, changes); err != nil {
		return err
	}
	err := before.check()
	leaks.End()
	return err
}

// seat is one that is taken.
type seat struct {
	*leaks.Seat
	name   string
	silent bool
}

// changeWall fills a wall, lets others take the place of its elements, at any moment of their lives, and stops it as it is
// then. Those that stay have to play on.
func changeWall(random *rand.Rand, changes int) error {
	words := newWords()
	w := leaks.NewWall(wall)
	var taken []seat
	add := func() {
		o := occupants[random.IntN(len(occupants))]
		taken = append(taken, seat{w.Add(words.Replace(o.source), o.tail), o.source + " ! " + o.tail, o.silent})
	}
	for range seats {
		add()
	}
	for i := range changes {
		if random.IntN(3) > 0 { // else at once
			w.LetPass(time.Duration(random.Int64N(int64(latestMoment))))
		}
		place := random.IntN(len(taken))
		old := taken[place]
		block := leaks.Block(random.IntN(int(leaks.InFlight) + 1))
		if block == leaks.InFlight && old.silent {
			block = leaks.Idle
		}
		if block == leaks.InFlight && w.Pictures(old.Seat) == 0 {
			w.Await(old.Seat, 1, rig.Patience)
		}
		began := time.Now()
		w.Remove(old.Seat, block, rig.Patience)
		if took := time.Since(began); took > longestStop && w.Err() == nil {
			return fmt.Errorf("change %d: removing %s, block %d, took %v", i, old.name, block, took)
		}
		taken = append(taken[:place], taken[place+1:]...)
		for _, other := range taken {
			if !other.silent && w.Pictures(other.Seat) > 0 {
				w.Await(other.Seat, 2, rig.Patience)
			}
		}
		add()
		if err := w.Err(); err != nil {
			return fmt.Errorf("change %d, %s removed, block %d: %w", i, old.name, block, err)
		}
	}
	for _, s := range taken {
		if !s.silent {
			w.Await(s.Seat, 5, rig.Patience)
		}
	}
	return w.Close()
}
