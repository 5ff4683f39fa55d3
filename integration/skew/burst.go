package skew

import (
	"encoding/binary"
	"time"
)

const (
	// Rate is that of the samples, in Hz. They are S16LE, of one channel.
	Rate = 48000
	// A burst begins with a loud sample after this much silence. It is half of the full scale; encoders begin it more softly.
	loud    = 3000
	silence = 100 * time.Millisecond
)

// listener finds where bursts begin. Samples are given to it in order.
type listener struct {
	quiet  int // samples since the last loud one
	bursts []time.Duration
}

// hear takes the next samples, and the time of the first of them.
func (l *listener) hear(samples []byte, at time.Duration) {
	for i := 0; i+1 < len(samples); i += 2 {
		value := int16(binary.LittleEndian.Uint16(samples[i:]))
		if value < loud && value > -loud {
			l.quiet++
			continue
		}
		if l.quiet >= int(silence*Rate/time.Second) {
			l.bursts = append(l.bursts, at+time.Duration(i/2)*time.Second/Rate)
		}
		l.quiet = 0
	}
}
