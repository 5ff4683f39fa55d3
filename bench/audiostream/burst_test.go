package main

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/bench/measure"
	"github.com/gst-livekit/gst-livekit/bench/record"
)

func TestABurstIsHeardWhereItBegins(t *testing.T) {
	const second = int64(1_796_000_123)
	at := second*1e6 + 12_345
	var b bursts
	quiet, burst := []int16{5, -700, 700}, []int16{700, -22000, 22000}
	if got := b.hear(quiet, at); got != record.Unreadable {
		t.Errorf("quiet: %d", got)
	}
	if got := measure.Latency(at, b.hear(burst, at)); got != 12_345 {
		t.Errorf("the burst is %d us old", got)
	}
	for _, samples := range [][]int16{burst, quiet} {
		if got := b.hear(samples, at); got != record.Unreadable {
			t.Errorf("after its beginning: %d", got)
		}
	}
}
