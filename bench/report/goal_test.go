package report

import (
	"math"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/bench/measure"
)

func verdicts(t *testing.T, results Results) map[string]Verdict {
	t.Helper()
	all := map[string]Verdict{}
	for _, v := range Judge(Goals(), results) {
		key := v.Topic + ": " + v.Text
		if _, twice := all[key]; twice {
			t.Errorf("two goals are called %q", key)
		}
		all[key] = v
	}
	return all
}

func TestJudgeComparesWithinOneRun(t *testing.T) {
	all := verdicts(t, someResults())
	for key, want := range map[string]float64{
		"CPU, 720p30 VP8 to I420: against decoding alone, at the video's pace": 1.1,
		"latency beyond the publisher's encoding: median":                      5,
		"RSS, one 720p30 track: at most":                                       58,
		"plugin: stripped libgstlivekit.so":                                    32.6,
	} {
		v, ok := all[key]
		if !ok || v.Missing != "" || math.Abs(v.Value-want) > 1e-9 {
			t.Errorf("%s is %+v, want %v", key, v, want)
			continue
		}
		if v.Reached() != (want <= v.Limit) {
			t.Errorf("%s: %v of at most %v is reached: %v", key, v.Value, v.Limit, v.Reached())
		}
	}
}

func TestJudgeSaysWhatIsMissing(t *testing.T) {
	all := verdicts(t, someResults())
	for key, want := range map[string]string{
		"CPU, 720p30 VP8 to I420: against rtc-node":                                         "npm failed",
		"CPU, 720p30 VP8 to RGBA: against rtc-node":                                         "gst-rgba was not run",
		"CPU, 720p30 H.264 to I420: against rtc-node":                                       "h264-720p30 has not been run",
		"plugin: gst-inspect-1.0 livekitsrc":                                                "no inspectSeconds",
		"time to the first frame: from PLAYING":                                             "start-up has not been run",
		"our Go half: allocations per access unit, of the stream's own code":                "go-half has not been run",
		"16 tracks on one connection: RSS of each further 360p track":                       "tracks-1 has not been run",
		"16 tracks on one connection: CPU of each against that of one track":                "tracks-16 has not been run",
		"CPU, untouched 720p30 H.264 to a file: against decoding alone, as fast as it goes": "has not been run",
	} {
		if v := all[key]; v.Reached() || !strings.Contains(v.Missing, want) {
			t.Errorf("%s is %+v, want it to miss %q", key, v, want)
		}
	}
}

func TestWhatSoundAddsToAPicture(t *testing.T) {
	all := verdicts(t, Results{"picture-and-sound": {Case: "picture-and-sound", Receivers: []Receiver{
		receiver(OneTrack, measure.Summary{CPUSteady: 0.020}), receiver(AllTracks, measure.Summary{CPUSteady: 0.033}),
	}}})
	v := all["sound, one track, from first to last frame: CPU that it adds to an untouched picture"]
	if math.Abs(v.Value-0.013) > 1e-9 || !v.Reached() {
		t.Errorf("verdict is %+v", v)
	}
}

func TestTracksAreComparedPerTrack(t *testing.T) {
	results := Results{
		"tracks-1":  {Case: "tracks-1", Receivers: []Receiver{receiver(I420, measure.Summary{CPUSteady: 0.02, SteadyRSS: 50e6})}},
		"tracks-16": {Case: "tracks-16", Receivers: []Receiver{receiver(I420, measure.Summary{CPUSteady: 0.24, SteadyRSS: 125e6})}},
	}
	all := verdicts(t, results)
	for key, want := range map[string]float64{
		"16 tracks on one connection: CPU of each against that of one track": 0.75,
		"16 tracks on one connection: RSS of each further 360p track":        5,
	} {
		if v := all[key]; math.Abs(v.Value-want) > 1e-9 {
			t.Errorf("%s is %+v, want %v", key, v, want)
		}
	}
}
