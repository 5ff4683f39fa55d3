package main

import "github.com/gst-livekit/gst-livekit/bench/record"

// loud is what only a burst of bench/clip has.
const loud = 8000

// bursts hears bursts begin.
type bursts struct{ loud bool }

// hear takes the samples of the next frame, which came at these microseconds of Unix time. It returns, as a picture's time, the whole
// second at which a burst began if it begins in this frame, and else record.Unreadable.
func (b *bursts) hear(samples []int16, at int64) int64 {
	was := b.loud
	b.loud = false
	for _, sample := range samples {
		if sample > loud || sample < -loud {
			b.loud = true
			break
		}
	}
	if !b.loud || was {
		return record.Unreadable
	}
	return int64(uint32(at / 1e6 * 1000))
}
