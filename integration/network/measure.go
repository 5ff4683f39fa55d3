package network

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network/sink"
)

const (
	// settling is how long receivers play before they are measured.
	settling = 3 * time.Second
	// trailing is how long a picture may take to be shown: the case goes on for so long after the last one that counts.
	trailing = 2 * time.Second
)

// Result is what one receiver showed.
type Result struct {
	Receiver string  `json:"receiver"`
	Summary  Summary `json:"summary"`
}

// Measure lets receivers play until they have found their pace, lets a case happen for a time, and tells what each receiver,
// the control first, showed of what was published in it.
func (s *Stage) Measure(ctx context.Context, c Case, duration time.Duration, receivers ...*Receiver) ([]Result, error) {
	wait(ctx, settling)
	all := append([]*Receiver{s.Control}, receivers...)
	before := make([]map[string]int64, len(all))
	for i, r := range all {
		before[i] = r.Recording.Stats()
	}

	running, cancel := context.WithCancel(ctx)
	defer cancel()
	var failure error
	var happening sync.WaitGroup
	began := time.Now()
	happening.Go(func() { failure = c.run(running, s, duration) })
	wait(ctx, duration+trailing)
	cancel()
	happening.Wait()
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if failure != nil {
		return nil, failure
	}
	if err := s.Link.SetBoth(Base); err != nil {
		return nil, err
	}

	w := window{from: began, to: began.Add(duration)}
	w.published = s.published.between(w.from, w.to)
	control := map[int64]sink.Picture{}
	arrived, _ := s.Control.Recording.Pictures()
	for _, p := range arrived {
		control[p.Time] = p
	}
	if len(w.published) == 0 {
		// LiveKit's Node SDK does not say which pictures it sends. What the control receiver had is what was published.
		for _, p := range arrived {
			made := p.At.Add(-p.Age())
			if p.Time >= 0 && !made.Before(w.from) && made.Before(w.to) {
				w.published = append(w.published, made)
			}
		}
	}

	var results []Result
	for i, r := range all {
		if !r.Running() {
			return nil, fmt.Errorf("%s ended by itself; it said:\n%s", r.Name, r.said())
		}
		arrived, shown := r.Recording.Pictures()
		summary := summarize(w, arrived, shown, control)
		_, reported := r.Recording.Latencies()
		summary.report(w, reported)
		summary.Stats = r.Recording.Stats()
		summary.KeyFrameRequests = summary.Stats["key-frame-requests"] - before[i]["key-frame-requests"]
		results = append(results, Result{Receiver: r.Name, Summary: summary})
	}
	return results, nil
}
