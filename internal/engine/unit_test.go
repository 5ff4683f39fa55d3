package engine

import (
	"testing"
	"time"
)

func TestUnitsAreFoundByPresentationTimeInOrder(t *testing.T) {
	var u units
	for i := range 10 {
		u.add(unit{pts: time.Duration(i), info: Info{RTPTimestamp: uint32(i)}})
	}
	for _, pts := range []time.Duration{0, 1, 5, 9} {
		if n, ok := u.take(pts); !ok || n.info.RTPTimestamp != uint32(pts) {
			t.Errorf("at %d: %v, %v", pts, n, ok)
		}
	}
	for _, pts := range []time.Duration{4, 9, 10} {
		if n, ok := u.take(pts); ok {
			t.Errorf("at %d: %v, want none", pts, n)
		}
	}
}

func TestUnitsOfBFramesAreFoundInTheOrderOfShowing(t *testing.T) {
	var u units
	for _, pts := range []time.Duration{0, 3, 1, 2, 6, 4, 5} {
		u.add(unit{pts: pts, info: Info{RTPTimestamp: uint32(pts)}})
	}
	for pts := range time.Duration(7) {
		if n, ok := u.take(pts); !ok || n.info.RTPTimestamp != uint32(pts) {
			t.Errorf("at %d: %v, %v", pts, n, ok)
		}
	}
}

func TestUnitsOfInventedFramesAreNotFoundAndLoseNothing(t *testing.T) {
	u := units{all: []unit{{pts: 10}, {pts: 20}}}
	if _, ok := u.take(15); ok {
		t.Error("found a unit at 15")
	}
	if _, ok := u.take(20); !ok {
		t.Error("found no unit at 20")
	}
}

func TestUnitsOfAReaderThatNeverReadsAreBounded(t *testing.T) {
	const limit = 300
	u := units{limit: limit}
	for i := range 100 * limit {
		u.add(unit{pts: time.Duration(i)})
	}
	if c := cap(u.all); c > 4*limit {
		t.Errorf("%d places for %d units", c, limit)
	}
	if _, ok := u.take(99 * limit); !ok {
		t.Error("the oldest kept unit is not found")
	}
}

func TestUnitsOfAReaderThatKeepsUpAllocateNothing(t *testing.T) {
	var u units
	var pts time.Duration
	if n := testing.AllocsPerRun(1000, func() {
		u.add(unit{pts: pts})
		u.add(unit{pts: pts + 1})
		u.take(pts)
		u.take(pts + 1)
		pts += 2
	}); n != 0 {
		t.Errorf("%v allocations for a frame", n)
	}
}
