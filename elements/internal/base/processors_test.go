package base

import (
	"fmt"
	"runtime"
	"testing"
)

// mbit is how many packets a second a track of 1 Mbit/s has.
const mbit = 1_000_000 / 8 / 1200

func TestProcessorsFollowTheLoad(t *testing.T) {
	for _, row := range []struct{ most, elements, packets, want int }{
		{8, 0, 0, 1},
		{8, 1, 2 * mbit, 1},
		{8, 16, 2 * mbit, 1},
		{8, 64, 0, 1}, // nothing is received
		{8, 16, 10 * mbit, 5},
		{2, 16, 10 * mbit, 2},
		{8, 64, 20 * mbit, 8},
		{1, 100, 20 * mbit, 1},
	} {
		t.Run(fmt.Sprint(row), func(t *testing.T) {
			before := runtime.GOMAXPROCS(0)
			defer runtime.GOMAXPROCS(before)
			var p processors
			p.own(row.most)
			var loads []*load
			for range row.elements {
				l := p.add()
				l.set(row.packets)
				loads = append(loads, l)
			}
			if got := runtime.GOMAXPROCS(0); got != row.want {
				t.Errorf("%d processors, want %d", got, row.want)
			}
			for _, l := range loads {
				l.remove()
			}
			if got := runtime.GOMAXPROCS(0); got != 1 {
				t.Errorf("%d processors at the end", got)
			}
		})
	}
}

func TestALoadAtTheEdgeDoesNotChangeTheProcessorsEachTime(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var p processors
	p.own(8)
	l := p.add()
	for _, step := range []struct{ packets, want int }{
		{packetsPerProcessor - 1, 1},
		{packetsPerProcessor, 2},
		{packetsPerProcessor - spare, 2},
		{packetsPerProcessor - spare - 1, 1},
		{packetsPerProcessor - 1, 1},
	} {
		l.set(step.packets)
		if got := runtime.GOMAXPROCS(0); got != step.want {
			t.Errorf("%d processors for %d packets a second, want %d", got, step.packets, step.want)
		}
	}
}

func TestProcessorsOfAnApplicationAreItsOwn(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	var p processors
	l := p.add()
	l.set(100 * packetsPerProcessor)
	l.remove()
	if got := runtime.GOMAXPROCS(0); got != before {
		t.Errorf("%d processors, were %d", got, before)
	}
}
