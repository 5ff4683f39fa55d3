package playout

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
)

const (
	// near is how far the stream may be from the times of the frames without being moved: less cannot be heard or seen.
	near = 5 * time.Millisecond
	// settled is how near it is moved then.
	settled = time.Millisecond
	// far is how far it may be to be moved by a few samples more or fewer in each frame. A stream that is further away
	// for farFrames in a row is moved at once.
	far       = 50 * time.Millisecond
	farFrames = 10
	// pace is how much shorter or longer a frame of samples may become where nothing in it repeats itself, one part in so
	// many: 5 ms a second, which changes the pitch by a tenth of a semitone. It is four times as much for what can be seen
	// as a lack of sync, and for packets, which have no pitch.
	pace     = 200
	fastPace = 50
	visible  = 15 * time.Millisecond
)

// follower moves the stream to the times of the frames.
type follower struct {
	clockRate int64 // of the RTP timestamps
	next      uint32
	known     bool // next is the RTP timestamp behind the last frame
	farFor    int  // how many frames in a row were far
	moving    bool
	dropping  bool // frames are dropped until one fits
}

// place says what to do with a frame that belongs to a time: cut off its beginning, make the stream longer by move (or
// shorter if that is negative) as soon as nobody hears it, or make up what is missing in front of it.
func (w *follower) place(t *Timeline, f *audio.Frame, at time.Duration) (cut, move, hole time.Duration) {
	off := at - t.end()
	follows := w.known && f.RTPTimestamp == w.next && !f.Missing && !f.Discont && t.made == 0
	w.next = f.RTPTimestamp + uint32(int64(f.Duration)*w.clockRate/int64(time.Second))
	w.known = true
	if off > -near {
		w.dropping = false
	}
	switch {
	case w.dropping:
	case !follows:
		w.farFor, w.moving = 0, false
		w.dropping = off <= -2*near
		if off >= near {
			return 0, 0, off
		}
	case off > far || off < -far:
		if w.farFor++; w.farFor < farFrames {
			return 0, 0, 0
		}
		w.farFor, w.moving = 0, false
		w.dropping = off < 0
		if off > 0 {
			return 0, 0, off
		}
	default:
		w.farFor = 0
	}
	if w.dropping {
		if -off >= f.Duration {
			t.counted.Late++
		}
		return min(-off, f.Duration), 0, 0
	}
	return 0, w.move(off), 0
}

// move returns by how much to move a stream that is this far away.
func (w *follower) move(off time.Duration) time.Duration {
	switch {
	case off >= near || off <= -near:
		w.moving = true
	case off < settled && off > -settled:
		w.moving = false
	}
	if !w.moving {
		return 0
	}
	return off
}

// within returns as much of a move as a frame takes at a pace.
func within(move, length time.Duration, pace time.Duration) time.Duration {
	return min(max(move, -length/pace), length/pace)
}
