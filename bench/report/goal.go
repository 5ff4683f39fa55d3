package report

import (
	"fmt"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

// Goal is one thing that is wanted of the numbers: a quotient, or a number, that is at most a limit.
type Goal struct {
	Topic string
	Text  string
	Limit float64
	Unit  string // empty for a ratio
	value func(Results) (float64, error)
}

// Verdict is what became of a goal.
type Verdict struct {
	Goal
	// Value is valid unless Missing says why there is none.
	Value   float64
	Missing string
}

// Reached tells whether there is a value within the limit.
func (v Verdict) Reached() bool { return v.Missing == "" && v.Value <= v.Limit }

// Judge compares results with goals.
func Judge(goals []Goal, results Results) []Verdict {
	var verdicts []Verdict
	for _, goal := range goals {
		verdict := Verdict{Goal: goal}
		value, err := goal.value(results)
		if err != nil {
			verdict.Missing = err.Error()
		}
		verdict.Value = value
		verdicts = append(verdicts, verdict)
	}
	return verdicts
}

// metric takes a number out of a summary, if it is there.
type metric func(measure.Summary) (float64, bool)

func known(field func(measure.Summary) float64) metric {
	return func(s measure.Summary) (float64, bool) { value := field(s); return value, value != 0 }
}

func percentile(of func(measure.Summary) *measure.Percentiles, field func(measure.Percentiles) float64) metric {
	return func(s measure.Summary) (float64, bool) {
		p := of(s)
		if p == nil {
			return 0, false
		}
		return field(*p), true
	}
}

func optional(field func(measure.Summary) *float64) metric {
	return func(s measure.Summary) (float64, bool) {
		value := field(s)
		if value == nil {
			return 0, false
		}
		return *value, true
	}
}

var (
	cpu        = known(func(s measure.Summary) float64 { return s.CPU })
	steadyCPU  = known(func(s measure.Summary) float64 { return s.CPUSteady })
	firstFrame = known(func(s measure.Summary) float64 { return s.FirstFrame })
	peakRSS    = known(func(s measure.Summary) float64 { return float64(s.PeakRSS) / 1e6 })
	steadyRSS  = known(func(s measure.Summary) float64 { return float64(s.SteadyRSS) / 1e6 })

	beyond = func(s measure.Summary) *measure.Percentiles { return s.Beyond }
	median = percentile(beyond, func(p measure.Percentiles) float64 { return p.Median })
	p95    = percentile(beyond, func(p measure.Percentiles) float64 { return p.P95 })

	switches = known(func(s measure.Summary) float64 { return s.Switches })
	missing  = func(s measure.Summary) (float64, bool) {
		if s.Missing == nil {
			return 0, false
		}
		return float64(*s.Missing), true
	}

	ourMallocs = optional(func(s measure.Summary) *float64 { return s.OurMallocs })
	cgoCalls   = optional(func(s measure.Summary) *float64 { return s.CgoCalls })
)

// number is a metric of one receiver in one case.
func number(of metric, name, receiver string) func(Results) (float64, error) {
	return func(results Results) (float64, error) {
		result := results[name]
		if result == nil {
			return 0, fmt.Errorf("the case %s has not been run", name)
		}
		r, err := result.Receiver(receiver)
		if err != nil {
			return 0, err
		}
		value, ok := of(*r.Middle)
		if !ok {
			return 0, fmt.Errorf("%s did not show it", r.Label)
		}
		return value, nil
	}
}

// ratio is the quotient of a metric of two receivers in one case.
func ratio(of metric, name, receiver, to string) func(Results) (float64, error) {
	return quotient(number(of, name, receiver), number(of, name, to))
}

func quotient(a, b func(Results) (float64, error)) func(Results) (float64, error) {
	return func(results Results) (float64, error) {
		dividend, err := a(results)
		if err != nil {
			return 0, err
		}
		divisor, err := b(results)
		if err != nil {
			return 0, err
		}
		return dividend / divisor, nil
	}
}

// perFurtherTrack is by how much a metric grows from one track to sixteen, per track.
func perFurtherTrack(of metric, receiver string) func(Results) (float64, error) {
	one, sixteen := number(of, "tracks-1", receiver), number(of, "tracks-16", receiver)
	return func(results Results) (float64, error) {
		few, err := one(results)
		if err != nil {
			return 0, err
		}
		many, err := sixteen(results)
		return (many - few) / 15, err
	}
}

// perTrack is a number for each of so many tracks.
func perTrack(of func(Results) (float64, error), tracks float64) func(Results) (float64, error) {
	return func(results Results) (float64, error) {
		value, err := of(results)
		return value / tracks, err
	}
}

func difference(a, b func(Results) (float64, error)) func(Results) (float64, error) {
	return func(results Results) (float64, error) {
		more, err := a(results)
		if err != nil {
			return 0, err
		}
		less, err := b(results)
		return more - less, err
	}
}

// single is one of a result's Values.
func single(name, value string) func(Results) (float64, error) {
	return func(results Results) (float64, error) {
		result := results[name]
		if result == nil {
			return 0, fmt.Errorf("the case %s has not been run", name)
		}
		number, ok := result.Values[value]
		if !ok {
			return 0, fmt.Errorf("the case %s has no %s", name, value)
		}
		return number, nil
	}
}
