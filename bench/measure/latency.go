package measure

import (
	"cmp"
	"slices"

	"github.com/gst-livekit/gst-livekit/bench/record"
)

// Sent is one picture as the publisher handed it over: when it was made, which is drawn into it, and when it was encoded,
// both in microseconds of Unix time.
type Sent struct {
	Made, Encoded int64
}

// Latency is how old a picture is that came at a moment, in microseconds. Both are as in record.Line: the picture is the
// low 32 bits of Unix milliseconds, so the result is at most a millisecond too large.
func Latency(at, picture int64) int64 {
	behind := int32(uint32(at/1000) - uint32(picture))
	return int64(behind)*1000 + at%1000
}

// find returns the number of the picture that shows this time, of which it has the milliseconds. sent is in order of time.
func find(sent []Sent, made int64) (int, bool) {
	return slices.BinarySearchFunc(sent, made/1000, func(s Sent, shown int64) int { return cmp.Compare(s.Made/1000, shown) })
}

// latencies are those of a line's frames from the moment from on, in milliseconds: from the making of the picture, from
// its leaving the encoder, and, for each picture, between those two.
type latencies struct {
	total, beyond, encode []float64
}

func (l *latencies) add(line record.Line, from int64, sent []Sent) {
	for i, at := range line.At {
		picture := line.Pictures[i]
		if picture == record.Unreadable || at < from {
			continue
		}
		total := Latency(at, picture)
		l.total = append(l.total, milliseconds(total))
		made := at - total
		if number, ok := find(sent, made); ok {
			s := sent[number]
			l.beyond = append(l.beyond, milliseconds(at-s.Encoded))
			l.encode = append(l.encode, milliseconds(s.Encoded-s.Made))
		}
	}
}

func milliseconds(microseconds int64) float64 { return float64(microseconds) / 1000 }
