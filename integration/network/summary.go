package network

import (
	"slices"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network/sink"
)

// Summary is what a receiver showed of the pictures that were published within a time.
type Summary struct {
	// Published is how many there were; Arrived and Shown how many of them came to the sink, and how many it showed in time.
	Published int `json:"published"`
	Arrived   int `json:"arrived"`
	Shown     int `json:"shown"`
	// Freezes200 and Freezes500 are how often no new picture was shown for more than 200 and 500 ms, and Longest is the
	// longest time without one.
	Freezes200 int           `json:"freezes200"`
	Freezes500 int           `json:"freezes500"`
	Longest    time.Duration `json:"longest"`
	// Damaged pictures came, and are not those that the control receiver had: no time can be read in them, or their luma
	// differs. Compared is how many were compared with the control receiver's.
	Damaged  int `json:"damaged"`
	Compared int `json:"compared"`
	// Latency is from making a picture to showing it.
	LatencyMedian time.Duration `json:"latencyMedian"`
	LatencyP95    time.Duration `json:"latencyP95"`
	// Reported is what the element answered to latency queries in the end, at least and at most.
	Reported        time.Duration `json:"reported"`
	ReportedLeast   time.Duration `json:"reportedLeast"`
	ReportedMost    time.Duration `json:"reportedMost"`
	ReportedChanges int           `json:"reportedChanges"`
	// KeyFrameRequests is how often a key frame was asked for within the time.
	KeyFrameRequests int64 `json:"keyFrameRequests"`
	// Stats are the numbers of livekitsrc at the end, since its start.
	Stats map[string]int64 `json:"stats,omitempty"`
}

// ShownShare is the part of the published pictures that was shown.
func (s Summary) ShownShare() float64 { return share(s.Shown, s.Published) }

// ArrivedShare is the part of them that came to the sink.
func (s Summary) ArrivedShare() float64 { return share(s.Arrived, s.Published) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// window is a time in which pictures were made, and what was published in it.
type window struct {
	from, to  time.Time
	published []time.Time
}

// key is the time that a picture made at a moment shows.
func key(made time.Time) int64 { return int64(uint32(made.UnixMilli())) }

// summarize compares what was shown with what was published. control has the
// undamaged pictures by their times.
func summarize(w window, arrived, shown []sink.Picture, control map[int64]sink.Picture) Summary {
	s := Summary{Published: len(w.published)}
	made := make(map[int64]bool, len(w.published))
	for _, at := range w.published {
		made[key(at)] = true
	}
	came := map[int64]bool{}
	for _, p := range arrived {
		if made[p.Time] {
			came[p.Time] = true
		}
		s.judge(w, p, control)
	}
	s.Arrived = len(came)
	s.show(w, made, shown)
	return s
}

// judge looks at a picture for damage.
func (s *Summary) judge(w window, p sink.Picture, control map[int64]sink.Picture) {
	if p.At.Before(w.from) || p.At.After(w.to) {
		return
	}
	same, known := control[p.Time]
	switch {
	case p.Time == sink.Unreadable:
		s.Damaged++
	// Another size is another layer of a simulcast publisher.
	case known && p.Width == same.Width && p.Height == same.Height:
		s.Compared++
		if p.Hash != same.Hash {
			s.Damaged++
		}
	}
}

// show counts what was shown, and how smoothly. The sink shows a picture twice where it prerolls with it.
func (s *Summary) show(w window, made map[int64]bool, shown []sink.Picture) {
	seen := map[int64]bool{}
	var ages []time.Duration
	last := w.from
	gap := func(until time.Time) {
		length := until.Sub(last)
		s.Longest = max(s.Longest, length)
		if length > 200*time.Millisecond {
			s.Freezes200++
		}
		if length > 500*time.Millisecond {
			s.Freezes500++
		}
		last = until
	}
	for _, p := range shown {
		if p.Time != sink.Unreadable && made[p.Time] && !seen[p.Time] {
			seen[p.Time] = true
			ages = append(ages, p.Age())
		}
		if p.At.After(w.from) && p.At.Before(w.to) {
			gap(p.At)
		}
	}
	gap(w.to)
	s.Shown = len(seen)
	if len(ages) > 0 {
		slices.Sort(ages)
		s.LatencyMedian, s.LatencyP95 = ages[len(ages)/2], ages[(len(ages)*95+99)/100-1]
	}
}

// report takes what the element said its latency was within the window.
func (s *Summary) report(w window, values []sink.Value) {
	for _, v := range values {
		if v.At.Before(w.from) || v.At.After(w.to) {
			continue
		}
		latency := time.Duration(v.Number)
		if s.ReportedMost == 0 {
			s.ReportedLeast = latency
		} else if latency != s.Reported {
			s.ReportedChanges++
		}
		s.Reported = latency
		s.ReportedLeast, s.ReportedMost = min(s.ReportedLeast, latency), max(s.ReportedMost, latency)
	}
}
