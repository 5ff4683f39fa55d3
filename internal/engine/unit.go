package engine

import "time"

// unit is what the access unit of a frame says besides its picture.
type unit struct {
	pts       time.Duration // in the chain's time
	monotonic time.Duration // when to show it, on CLOCK_MONOTONIC
	info      Info
}

// units holds the units whose frames were not read yet, by rising presentation time, which is the only property of a
// unit that every decoder passes on with the frame. B-frames make it differ from the order in which units are pushed.
type units struct {
	all   []unit
	first int // index of the first unit that is left
	limit int // how many are kept; 0 keeps all
}

func (u *units) add(n unit) {
	if u.limit > 0 && len(u.all)-u.first >= u.limit {
		u.first++
	}
	if len(u.all) == cap(u.all) && u.first >= len(u.all)/2 {
		u.all = u.all[:copy(u.all, u.all[u.first:])]
		u.first = 0
	}
	u.all = append(u.all, n)
	for i := len(u.all) - 1; i > u.first && u.all[i-1].pts > n.pts; i-- {
		u.all[i-1], u.all[i] = u.all[i], u.all[i-1]
	}
}

// take returns the unit at pts and removes it and all units before it, whose frames were dropped. A frame that the
// decoder made up has no unit.
func (u *units) take(pts time.Duration) (unit, bool) {
	for u.first < len(u.all) && u.all[u.first].pts < pts {
		u.first++
	}
	if u.first == len(u.all) || u.all[u.first].pts != pts {
		return unit{}, false
	}
	n := u.all[u.first]
	u.first++
	return n, true
}
