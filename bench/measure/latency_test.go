package measure

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/record"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
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

func TestFindTakesThePictureOfTheMillisecond(t *testing.T) {
	sent := []Sent{{Made: 100_300}, {Made: 133_000}, {Made: 166_999}}
	for made, want := range map[int64]int{100_000: 0, 133_000: 1, 166_000: 2} {
		if got, ok := find(sent, made); !ok || got != want {
			t.Errorf("made at %d: number %d (%v), want %d", made, got, ok, want)
		}
	}
	for _, made := range []int64{99_000, 101_000, 200_000} {
		if got, ok := find(sent, made); ok {
			t.Errorf("made at %d: number %d, want none", made, got)
		}
	}
}

func TestLatenciesComeApart(t *testing.T) {
	line := record.Line{
		At:       []int64{noon + 20_000, noon + 60_000, noon + 90_000, noon + 123_000},
		Pictures: []int64{picture(noon), picture(noon + 33_000), record.Unreadable, picture(noon + 100_000)},
	}
	sent := []Sent{
		{Made: noon, Encoded: noon + 10_000},
		{Made: noon + 33_000, Encoded: noon + 50_000},
		{Made: noon + 66_000, Encoded: noon + 70_000},
		{Made: noon + 100_500, Encoded: noon + 120_000},
	}
	var l latencies
	l.add(line, noon+30_000, sent)
	for name, test := range map[string]struct{ got, want []float64 }{
		"total":  {l.total, []float64{27, 23}},
		"beyond": {l.beyond, []float64{10, 3}},
		"encode": {l.encode, []float64{17, 19.5}},
	} {
		if len(test.got) != 2 || test.got[0] != test.want[0] || test.got[1] != test.want[1] {
			t.Errorf("%s is %v, want %v", name, test.got, test.want)
		}
	}
}
