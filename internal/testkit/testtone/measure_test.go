package testtone_test

import (
	"math"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testtone"
)

func TestMeasuresASine(t *testing.T) {
	for _, rate := range []int{8000, 44100, 48000} {
		for _, hertz := range []float64{440, 440.7, 1000} {
			var samples []int16
			for i := range rate {
				samples = append(samples, int16(math.Round(16384*math.Sin(2*math.Pi*hertz*float64(i)/float64(rate)))))
			}
			if got := testtone.Frequency(samples, rate); math.Abs(got-hertz) > 0.01 {
				t.Errorf("%v Hz at %d Hz: measured %v", hertz, rate, got)
			}
			if got := testtone.Level(samples); math.Abs(got+9.03) > 0.05 {
				t.Errorf("%v Hz at %d Hz: %v dB", hertz, rate, got)
			}
		}
	}
	if got := testtone.Frequency(make([]int16, 100), 8000); got != 0 {
		t.Errorf("silence has %v Hz", got)
	}
}
