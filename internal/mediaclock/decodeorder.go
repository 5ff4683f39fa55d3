package mediaclock

import (
	"math"
	"slices"
	"time"
)

const (
	// UnknownReorder is for a stream that does not say by how many pictures one can be moved.
	UnknownReorder = -1
	// MaxReorder is by how many pictures one can be moved between decoding and showing (H.264 section A.3.1, H.265 section
	// A.4.2).
	MaxReorder = 16
	// orderGap is the distance of two times from which on there was a pause between them.
	orderGap = time.Second
	// orderForget is after how many units in order one that was not counts as the sender's mistake.
	orderForget = 150
	// orderStep is taken for the distance of two pictures as long as that is not known.
	orderStep = time.Second / 30
)

// decodeOrder tells when a unit is decoded from when units are shown, in order of decoding. A decoder that holds back
// depth pictures to sort them shows one with each that it takes: a picture is taken when the one is shown that is
// depth places before it in the order of showing. With depth 0, the zero value, that is itself.
type decodeOrder struct {
	depth   int
	said    int             // what the stream said it was, 0 if it did not
	waiting []time.Duration // those not shown yet, sorted, at most depth
	memory  [MaxReorder + 1]time.Duration

	begun bool          // a unit was taken
	high  time.Duration // the highest time
	taken time.Duration // the last one that was taken from those that wait; valid if there was one
	last  time.Duration // time of decoding given last
	step  time.Duration // smallest distance seen between two neighbours, or 0
	span  time.Duration // longest time seen between decoding and showing

	straight int // units in a row that are shown in order of decoding

	vague   bool // times were given that are far from what they should have been
	settled bool // the time given last is the first that is right again
}

// start begins with a stream of which nothing is known but what was learned of the one before.
func (o *decodeOrder) start() {
	o.restart()
	o.high, o.taken, o.last, o.span, o.vague = 0, math.MinInt64, math.MinInt64, 0, false
}

// restart begins anew behind a gap.
func (o *decodeOrder) restart() {
	o.waiting = o.memory[:0]
	o.begun = false
}

// setDepth says what the stream says.
func (o *decodeOrder) setDepth(depth int) {
	if depth = min(max(depth, 0), MaxReorder); depth != o.said {
		o.depth, o.said = depth, depth
		o.restart()
	}
}

// next takes a unit that is shown at media and returns when it is decoded, on the same clock. That rises, and is not
// behind media unless it turns out only now that pictures are reordered. It is a guess as long as what is shown before
// is not known.
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
		// The one that was taken from those that wait should have waited for this one.
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
