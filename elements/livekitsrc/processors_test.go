package livekitsrc

import (
	"fmt"
	"runtime"
	"testing"
)

func TestProcessorsFollowTheNumberOfElements(t *testing.T) {
	for _, row := range []struct{ most, running, want int }{
		{8, 0, 1},
		{8, 1, 1},
		{8, 16, 1},
		{8, 17, 2},
		{8, 33, 3},
		{8, 1000, 8},
		{1, 100, 1},
	} {
		t.Run(fmt.Sprint(row), func(t *testing.T) {
			before := runtime.GOMAXPROCS(0)
			defer runtime.GOMAXPROCS(before)
			var p processors
			p.own(row.most)
			for range row.running {
				p.started()
			}
			if got := runtime.GOMAXPROCS(0); got != row.want {
				t.Errorf("%d processors, want %d", got, row.want)
			}
			for range row.running {
				p.stopped()
			}
			if got := runtime.GOMAXPROCS(0); got != 1 {
				t.Errorf("%d processors at the end", got)
			}
		})
	}
}

func TestProcessorsOfAnApplicationAreItsOwn(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	var p processors
	p.started()
	p.stopped()
	if got := runtime.GOMAXPROCS(0); got != before {
		t.Errorf("%d processors, were %d", got, before)
	}
}
