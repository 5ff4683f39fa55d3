package measure

import "testing"

func TestMiddleTakesEachFieldForItself(t *testing.T) {
	runs := []Summary{
		{Frames: 300, CPU: 0.3, PeakRSS: 50, Beyond: &Percentiles{5, 9, 20}, CgoCalls: new(4.0)},
		{Frames: 298, CPU: 0.1, PeakRSS: 60},
		{Frames: 299, CPU: 0.2, PeakRSS: 40, Beyond: &Percentiles{7, 11, 10}},
	}
	m := Middle(runs)
	if m.Frames != 299 || m.CPU != 0.2 || m.PeakRSS != 50 || *m.Beyond != (Percentiles{6, 10, 15}) || *m.CgoCalls != 4 {
		t.Errorf("middle is %+v", m)
	}
	if m.Latency != nil || m.Mallocs != nil {
		t.Errorf("what no run has, their middle has: %+v", m)
	}
	smallest, largest := Spread(runs, func(s Summary) float64 { return s.CPU })
	if smallest != 0.1 || largest != 0.3 {
		t.Errorf("spread is %v to %v", smallest, largest)
	}
}
