package network

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network/link"
)

// Case is what a link does while receivers are measured.
type Case struct {
	// Name is that of the command line, Title is for people.
	Name, Title string
	// Link is what happens in both directions.
	Link link.Impairment
	// Outage is how long the link is down, once in each OutageEvery.
	Outage, OutageEvery time.Duration
	// Simulcast has the publisher send 1280x720 in three layers, 2 Mbit/s in all.
	Simulcast bool
	// Event, if it is set, happens once, a quarter into the measurement.
	Event Event
}

// Event is something that happens to a stage in the middle of a case.
type Event func(ctx context.Context, s *Stage) error

// Base is the link of most cases: a round trip of 60 ms, and nothing else.
var Base = link.Impairment{Delay: 30 * time.Millisecond}

func lossy(name, title string, delay time.Duration, loss, burst float64) Case {
	return Case{Name: name, Title: title, Link: link.Impairment{Delay: delay, Loss: loss, Burst: burst}}
}

// Cases are the rows of the report, in its order.
var Cases = []Case{
	{Name: "loss-0", Title: "clean", Link: Base},
	lossy("loss-1", "1 % loss", Base.Delay, 0.01, 0),
	lossy("loss-2", "2 % loss", Base.Delay, 0.02, 0),
	lossy("loss-5", "5 % loss", Base.Delay, 0.05, 0),
	lossy("loss-10", "10 % loss", Base.Delay, 0.10, 0),
	lossy("burst", "5 % loss, in bursts of 4 packets", Base.Delay, 0.05, 4),
	lossy("rtt-20", "5 % loss, round trip of 20 ms", 10*time.Millisecond, 0.05, 0),
	lossy("rtt-150", "5 % loss, round trip of 150 ms", 75*time.Millisecond, 0.05, 0),
	lossy("rtt-300", "5 % loss, round trip of 300 ms", 150*time.Millisecond, 0.05, 0),
	{
		Name: "jitter", Title: "each way 30 ± 20 ms, out of order",
		Link: link.Impairment{Delay: 30 * time.Millisecond, Jitter: 20 * time.Millisecond, Reorder: true},
	},
	{
		Name: "duplicates", Title: "10 % of packets twice",
		Link: link.Impairment{Delay: 30 * time.Millisecond, Duplicate: 0.1},
	},
	{Name: "outage-300ms", Title: "down for 300 ms every 5 s", Link: Base, Outage: 300 * time.Millisecond, OutageEvery: 5 * time.Second},
	{Name: "outage-5s", Title: "down for 5 s every 20 s", Link: Base, Outage: 5 * time.Second, OutageEvery: 20 * time.Second},
	{
		Name: "rate-500k", Title: "500 kbit/s for 2 Mbit/s of simulcast", Simulcast: true, Link: Base,
		Event: func(_ context.Context, s *Stage) error {
			return s.Link.Set(link.ToFar, link.Impairment{Delay: Base.Delay, Rate: 500_000})
		},
	},
}

// Events are cases for the command line: what happens once, and how long the picture is away then.
var Events = []Case{
	{
		Name: "move", Title: "the receiver's address changes", Link: Base,
		Event: func(_ context.Context, s *Stage) error { return s.Link.MoveFar(link.FarAddress, "10.66.0.3") },
	},
	{
		Name: "dead-path", Title: "nothing passes any more, for 30 s", Link: Base,
		Event: func(ctx context.Context, s *Stage) error { return s.outage(ctx, 30*time.Second) },
	},
	{
		Name: "server-stands-still", Title: "the server stands still for 3 s", Link: Base,
		Event: func(ctx context.Context, s *Stage) error {
			if err := s.Server.Freeze(); err != nil {
				return err
			}
			wait(ctx, 3*time.Second)
			return s.Server.Thaw()
		},
	},
}

// Find finds cases by their names, with commas between them. An empty text means those of the report.
func Find(names string) ([]Case, error) {
	if names == "" {
		return Cases, nil
	}
	all := slices.Concat(Cases, Events)
	var found []Case
	for _, name := range strings.Split(names, ",") {
		at := slices.IndexFunc(all, func(c Case) bool { return c.Name == name })
		if at < 0 {
			var known []string
			for _, c := range all {
				known = append(known, c.Name)
			}
			return nil, fmt.Errorf("there is no case %q: the cases are %s", name, strings.Join(known, ", "))
		}
		found = append(found, all[at])
	}
	return found, nil
}

// run lets a case happen for as long as ctx lasts.
func (c Case) run(ctx context.Context, s *Stage, duration time.Duration) error {
	if err := s.Link.SetBoth(c.Link); err != nil {
		return err
	}
	if c.Event != nil {
		wait(ctx, duration/4)
		if err := c.Event(ctx, s); err != nil {
			return fmt.Errorf("case %s: %w", c.Name, err)
		}
	}
	for c.Outage > 0 && ctx.Err() == nil {
		wait(ctx, (c.OutageEvery-c.Outage)/2)
		if err := s.outage(ctx, c.Outage); err != nil {
			return err
		}
		wait(ctx, (c.OutageEvery-c.Outage)/2)
	}
	<-ctx.Done()
	return nil
}

// wait waits for a time, or for the end of ctx.
func wait(ctx context.Context, duration time.Duration) {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
