package measure

import (
	"sort"

	"github.com/gst-livekit/gst-livekit/bench/record"
)

// Sent is one picture as the publisher handed it over: when it was due to be made and when it was encoded, both in
// microseconds of Unix time.
type Sent struct {
	Due, Encoded int64
}

// dueTolerance is by how many microseconds the publisher's two clocks may disagree about when a picture was due.
const dueTolerance = 2000

// Latency is how old a picture is that came at a moment, in microseconds. Both are as in record.Line: the picture is the
// low 32 bits of Unix milliseconds, so the result is at most a millisecond too large.
func Latency(at, picture int64) int64 {
	behind := int32(uint32(at/1000) - uint32(picture))
	return int64(behind)*1000 + at%1000
}

// find returns the picture that shows this time. sent is in order of time. A picture is made when it is due or later, but
// before the next one is due.
func find(sent []Sent, made int64) (Sent, bool) {
	after := sort.Search(len(sent), func(i int) bool { return sent[i].Due > made+dueTolerance })
	if after == 0 {
		return Sent{}, false
	}
	found := sent[after-1]
	if found.Encoded < made-dueTolerance {
		return Sent{}, false
	}
	return found, true
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
		if s, ok := find(sent, made); ok {
			l.beyond = append(l.beyond, milliseconds(at-s.Encoded))
			l.encode = append(l.encode, milliseconds(max(0, s.Encoded-made)))
		}
	}
}

func milliseconds(microseconds int64) float64 { return float64(microseconds) / 1000 }
