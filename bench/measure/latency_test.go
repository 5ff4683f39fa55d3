package measure

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/record"
	"github.com/gst-livekit/gst-livekit/internal/testpicture"
)

// noon is a moment just before the low 32 bits of its milliseconds wrap around.
var noon = (int64(1_700_000_000_000)&^(1<<32-1) + 1<<32 - 50) * 1000

func picture(made int64) int64 { return int64(testpicture.Time(time.UnixMicro(made))) }

func TestLatencyWrapsAround(t *testing.T) {
	for _, test := range []struct{ made, at, want int64 }{
		{noon, noon + 24_300, 24_300},
		{noon + 40_000, noon + 62_001, 22_001},
		{noon + 700, noon + 700, 700}, // a picture has whole milliseconds
		{noon + 5_000, noon + 3_000, -2_000},
	} {
		if got := Latency(test.at, picture(test.made)); got != test.want {
			t.Errorf("made at +%d and come at +%d: %d, want %d", test.made-noon, test.at-noon, got, test.want)
		}
	}
}

func TestFindTakesThePictureThatWasDueBefore(t *testing.T) {
	sent := []Sent{{Due: 100_000, Encoded: 110_000}, {Due: 133_000, Encoded: 150_000}, {Due: 166_000, Encoded: 170_000}}
	for made, want := range map[int64]int64{100_000: 100_000, 99_000: 100_000, 131_500: 133_000, 140_000: 133_000, 168_000: 166_000} {
		got, ok := find(sent, made)
		if !ok || got.Due != want {
			t.Errorf("made at %d: due at %d (%v), want %d", made, got.Due, ok, want)
		}
	}
	for _, made := range []int64{90_000, 125_000, 200_000} {
		if got, ok := find(sent, made); ok {
			t.Errorf("made at %d: due at %d, want none: nothing was in the encoder then", made, got.Due)
		}
	}
}

func TestLatenciesComeApart(t *testing.T) {
	line := record.Line{
		At:       []int64{noon + 20_000, noon + 60_000, noon + 90_000, noon + 123_000},
		Pictures: []int64{picture(noon), picture(noon + 33_000), record.Unreadable, picture(noon + 100_000)},
	}
	sent := []Sent{
		{Due: noon, Encoded: noon + 10_000},
		{Due: noon + 33_000, Encoded: noon + 50_000},
		{Due: noon + 66_000, Encoded: noon + 70_000},
		{Due: noon + 99_500, Encoded: noon + 120_000},
	}
	var l latencies
	l.add(line, noon+30_000, sent)
	for name, test := range map[string]struct{ got, want []float64 }{
		"total":  {l.total, []float64{27, 23}},
		"beyond": {l.beyond, []float64{10, 3}},
		"encode": {l.encode, []float64{17, 20}},
	} {
		if len(test.got) != 2 || test.got[0] != test.want[0] || test.got[1] != test.want[1] {
			t.Errorf("%s is %v, want %v", name, test.got, test.want)
		}
	}
}
