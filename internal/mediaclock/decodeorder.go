package mediaclock

import (
	"math"
	"slices"
	"time"
)

const (
	// UnknownReorder is for a stream that does not say how many pictures are reordered.
	UnknownReorder = -1
	// MaxReorder is by how many places a picture can move between decoding and showing (H.264 section A.3.1, H.265
	// section A.4.2).
	MaxReorder = 16
	// orderGap is the distance of two units from which there was a pause between them.
	orderGap = time.Second
	// orderForget is after how many units in order a single unit out of order counts as the sender's mistake.
	orderForget = 150
	// orderStep is the assumed distance of two pictures while it is unknown.
	orderStep = time.Second / 30
)

// decodeOrder computes when units are decoded from when they are shown; units are in order of decoding. A decoder that
// holds back depth pictures to reorder them shows one picture for each one that it takes: when it takes a picture, it
// shows the one that is depth places earlier in the order of showing. With depth 0, the zero value, that is the same
// picture.
type decodeOrder struct {
	depth   int
	said    int             // the depth that the stream contains, 0 if it does not
	waiting []time.Duration // times of pictures not shown yet, sorted, at most depth
	memory  [MaxReorder + 1]time.Duration

	begun bool          // a unit was taken
	high  time.Duration // the highest time
	taken time.Duration // the last time removed from waiting; valid if there was one
	last  time.Duration // the last time returned
	step  time.Duration // smallest distance of two neighbours, or 0
	span  time.Duration // longest time between decoding and showing

	straight int // number of units in a row that are shown in order of decoding

	vague   bool // some returned times were far from the correct ones
	settled bool // the time returned last is the first correct one again
}

// start begins with a new stream. Only what was learned from the previous one is known about it.
func (o *decodeOrder) start() {
	o.restart()
	o.high, o.taken, o.last, o.span, o.vague = 0, math.MinInt64, math.MinInt64, 0, false
}

// restart starts again after a gap.
func (o *decodeOrder) restart() {
	o.waiting = o.memory[:0]
	o.begun = false
}

// setDepth sets the depth that the stream contains.
func (o *decodeOrder) setDepth(depth int) {
	if depth = min(max(depth, 0), MaxReorder); depth != o.said {
		o.depth, o.said = depth, depth
		o.restart()
	}
}

// next takes a unit that is shown at media and returns when it is decoded, on the same clock. The returned times
// increase and are not after media, unless the unit is the first to show that pictures are reordered. exact is false
// while the pictures shown before it are not known.
func (o *decodeOrder) next(media time.Duration) (due time.Duration, exact bool) {
	if o.depth > 0 && media-o.high > orderGap {
		o.restart()
	}
	o.settled = false
	if media >= o.high {
		o.straight++
	} else {
		o.straight = 0
	}
	if o.straight > orderForget && o.depth != o.said {
		o.depth = o.said
		o.restart()
	}
	if o.begun && media < o.high && media <= o.taken && o.depth < MaxReorder {
		// The last time removed should have waited for this one.
		o.waiting = slices.Insert(o.waiting, 0, o.taken)
		o.depth++
	}
	o.begun = true
	o.high = max(o.high, media)
	if o.depth == 0 {
		o.taken, o.last = media, max(media, o.last+1)
		return o.last, true
	}
	i, _ := slices.BinarySearch(o.waiting, media)
	if len(o.waiting) > i && (o.step == 0 || o.waiting[i]-media < o.step) {
		o.step = o.waiting[i] - media
	}
	if i > 0 && (o.step == 0 || media-o.waiting[i-1] < o.step) {
		o.step = media - o.waiting[i-1]
	}
	o.waiting = slices.Insert(o.waiting, i, media)

	due = o.waiting[0]
	if missing := o.depth + 1 - len(o.waiting); missing > 0 {
		step := o.step
		if step == 0 {
			step = orderStep
		}
		due = min(due-time.Duration(missing)*step, media-o.span)
		o.vague = o.vague || o.step == 0
	} else {
		o.waiting = slices.Delete(o.waiting, 0, 1)
		o.taken = due
		exact = true
		o.span = max(o.span, media-due)
	}
	if due <= o.last {
		due = o.last + 1
		o.vague = o.vague || exact
		exact = false
	}
	if exact && o.vague {
		o.vague, o.settled = false, true
	}
	o.last = due
	return due, exact
}
