package engine

import "time"

// unit is what the access unit of a frame said beside its picture.
type unit struct {
	pts       time.Duration // in the chain
	monotonic time.Duration // when it is to be shown, on CLOCK_MONOTONIC
	info      Info
}

// units are those of the frames that were not read yet, by rising presentation
// time: the one thing of a unit that every decoder gives back with the frame. They
// come in the order of decoding, which B-frames make another one.
type units struct {
	all   []unit
	first int // of all that is left
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

// take returns the unit at pts and forgets it with all before it, whose frames
// were dropped. A frame that its decoder invented has none.
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
