package mediaclock

import (
	"testing"
	"time"
)

func TestOffsetIsThatOfTheFastestReport(t *testing.T) {
	const trip = 40 * time.Millisecond
	ours := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour, 30 * time.Millisecond} {
		var o Offset
		if _, ok := o.Estimate(); ok {
			t.Error("there is an estimate before a report")
		}
		var got time.Duration
		for n := range 40 {
			// From the publisher to the server 5 ms and more, and from there to us half of the round trip.
			delay := 5*time.Millisecond + trip/2 + time.Duration(n*37%16)*time.Millisecond
			sent := ours.Add(time.Duration(n) * 5 * time.Second)
			o.Observe(sent.Add(ahead), sent.Add(delay), trip)
			got, _ = o.Estimate()
		}
		if off := got - ahead; off > 0 || off < -6*time.Millisecond {
			t.Errorf("estimated %v where the clock is ahead by %v", got, ahead)
		}
	}
}

func TestOffsetFollowsAClockThatIsSet(t *testing.T) {
	var o Offset
	ours := time.Now()
	for n := range 2 * offsetReports {
		sent := ours
		if n < offsetReports {
			sent = sent.Add(time.Hour)
		}
		o.Observe(sent, ours, 0)
	}
	if got, _ := o.Estimate(); got != 0 {
		t.Errorf("the offset is %v", got)
	}
}
