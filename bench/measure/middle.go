package measure

import "slices"

// Middle is, field by field, the median of several runs of one receiver; of missing packets it is the most. There must be one at least.
func Middle(runs []Summary) Summary {
	number := func(field func(Summary) float64) float64 {
		var values []float64
		for _, run := range runs {
			values = append(values, field(run))
		}
		return Median(values)
	}
	bytes := func(field func(Summary) int64) int64 {
		return int64(number(func(s Summary) float64 { return float64(field(s)) }))
	}
	return Summary{
		Frames:     int(number(func(s Summary) float64 { return float64(s.Frames) })),
		Sent:       int(number(func(s Summary) float64 { return float64(s.Sent) })),
		Unreadable: int(number(func(s Summary) float64 { return float64(s.Unreadable) })),
		Seconds:    number(func(s Summary) float64 { return s.Seconds }),
		CPU:        number(func(s Summary) float64 { return s.CPU }),
		CPUSteady:  number(func(s Summary) float64 { return s.CPUSteady }),

		PeakRSS:         bytes(func(s Summary) int64 { return s.PeakRSS }),
		SteadyRSS:       bytes(func(s Summary) int64 { return s.SteadyRSS }),
		SteadyAnonymous: bytes(func(s Summary) int64 { return s.SteadyAnonymous }),
		GrowthRSS:       bytes(func(s Summary) int64 { return s.GrowthRSS }),

		Threads:  int(number(func(s Summary) float64 { return float64(s.Threads) })),
		Switches: number(func(s Summary) float64 { return s.Switches }),
		Missing:  middleMissing(runs),

		Latency: middlePercentiles(runs, func(s Summary) *Percentiles { return s.Latency }),
		Encode:  middlePercentiles(runs, func(s Summary) *Percentiles { return s.Encode }),
		Beyond:  middlePercentiles(runs, func(s Summary) *Percentiles { return s.Beyond }),

		FirstFrame:          number(func(s Summary) float64 { return s.FirstFrame }),
		FirstFrameOfProcess: number(func(s Summary) float64 { return s.FirstFrameOfProcess }),

		Mallocs:        middleOptional(runs, func(s Summary) *float64 { return s.Mallocs }),
		OurMallocs:     middleOptional(runs, func(s Summary) *float64 { return s.OurMallocs }),
		AllocatedBytes: middleOptional(runs, func(s Summary) *float64 { return s.AllocatedBytes }),
		CgoCalls:       middleOptional(runs, func(s Summary) *float64 { return s.CgoCalls }),
		Decoder:        runs[0].Decoder,
	}
}

func middlePercentiles(runs []Summary, field func(Summary) *Percentiles) *Percentiles {
	var medians, p95s, p99s []float64
	for _, run := range runs {
		if p := field(run); p != nil {
			medians, p95s, p99s = append(medians, p.Median), append(p95s, p.P95), append(p99s, p.P99)
		}
	}
	if len(medians) == 0 {
		return nil
	}
	return &Percentiles{Median: Median(medians), P95: Median(p95s), P99: Median(p99s)}
}

// middleMissing is the most: what is missing once is missing.
func middleMissing(runs []Summary) *uint64 {
	var most *uint64
	for _, run := range runs {
		if run.Missing != nil {
			most = new(max(value(most), *run.Missing))
		}
	}
	return most
}

func middleOptional(runs []Summary, field func(Summary) *float64) *float64 {
	var values []float64
	for _, run := range runs {
		if value := field(run); value != nil {
			values = append(values, *value)
		}
	}
	if len(values) == 0 {
		return nil
	}
	return new(Median(values))
}

// Spread is the smallest and the largest value of a field.
func Spread(runs []Summary, field func(Summary) float64) (smallest, largest float64) {
	var values []float64
	for _, run := range runs {
		values = append(values, field(run))
	}
	if len(values) == 0 {
		return 0, 0
	}
	return slices.Min(values), slices.Max(values)
}
