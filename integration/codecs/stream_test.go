package codecs

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// unlayered are modes in which an encoder makes one size; empty is the SDK's own choice.
var unlayered = []string{"", "L1T1", "L1T3"}

func TestAV1IsShown(t *testing.T) {
	for _, mode := range unlayered {
		t.Run("mode "+mode, func(t *testing.T) {
			publish(t, "AV1", mode)
			p := play.Start(t, "livekitsrc name=src format=rgba room="+rig.Room(t)+play.Sink)
			awaitSize(t, p, "1280x720")
			checkSteady(t, p, "1280x720")
			checkTimes(t, p.Frames(60))
			checkNothingSaid(t, p)
		})
	}
}

// checkTimes wants frames a thirtieth of a second apart, soon after they were drawn. It is not as strict as rig.CheckFlow:
// libaom leaves some of the blocks that change as they were, for one frame, so not each time in a picture is right. (Its
// decoder and dav1d agree on every pixel of that.)
func checkTimes(t *testing.T, frames []rig.Frame) {
	t.Helper()
	var steps, latencies []time.Duration
	for i, f := range frames {
		if i > 0 {
			steps = append(steps, f.PTS-frames[i-1].PTS)
		}
		if drawn, err := f.Time(); err == nil {
			latencies = append(latencies, testpicture.Latency(f.Read, drawn))
		}
	}
	if least := slices.Min(steps); least <= 0 {
		t.Errorf("a frame is %v later than the one before it", least)
	}
	if step := rig.Median(steps); step < 25*time.Millisecond || step > 42*time.Millisecond {
		t.Errorf("frames are %v apart in the middle", step)
	}
	if len(latencies) < len(frames)/2 {
		t.Fatalf("a time can be read from %d of %d pictures", len(latencies), len(frames))
	}
	if latency := rig.Median(latencies); latency <= 0 || latency > 2*time.Second {
		t.Errorf("frames are %v old in the middle", latency)
	}
}

func TestKeyFrameComesWhenItIsAskedFor(t *testing.T) {
	for _, s := range []struct{ codec, mode string }{{"VP9", "L3T3_KEY"}, {"VP9", "L3T3"}, {"AV1", "L1T3"}, {"AV1", "L3T3_KEY"}} {
		t.Run(s.codec+" "+s.mode, func(t *testing.T) {
			publish(t, s.codec, s.mode)
			p := play.Start(t, "livekitsrc name=src format=rgba room="+rig.Room(t)+play.Sink)
			awaitSize(t, p, "1280x720")
			patient := rig.Patient(t)
			for before := keyFrames(t, p); keyFrames(t, p) < before+2; {
				if patient.Err() != nil {
					t.Fatalf("no key frames come: %d", keyFrames(t, p))
				}
				if _, err := p.Element("src").Emit("request-key-frame"); err != nil {
					t.Fatal(err)
				}
				p.Frames(30)
			}
			// A sender that is short of time, or of bandwidth, leaves out its largest size.
			checkSteady(t, p, "1280x720", "640x360", "320x180")
			checkNothingSaid(t, p)
		})
	}
}

func keyFrames(t *testing.T, p *play.Pipeline) int {
	t.Helper()
	n, err := strconv.Atoi(play.StructureOf(t, p.Element("src"), "stats").Text("key-frames"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A half or three quarters of the frames go, by the server's estimate of their rates. Of AV1 the server leaves out fewer than
// it is asked to, and of VP9 with one size none.
func TestFrameRateOfVP9WithLayersIsReduced(t *testing.T) {
	for _, mode := range []string{"L3T3_KEY", "L3T3"} {
		t.Run(mode, func(t *testing.T) {
			publish(t, "VP9", mode)
			p := play.Start(t, "livekitsrc name=src format=rgba room="+rig.Room(t)+play.Sink)
			awaitSize(t, p, "1280x720")
			for _, row := range []struct{ limit, least, most float64 }{{8, 5, 20}, {0, 22, 36}} {
				p.Element("src").SetArg("max-framerate", strconv.FormatFloat(row.limit, 'f', -1, 64))
				awaitRate(t, p, row.least, row.most)
			}
			checkNothingSaid(t, p)
		})
	}
}

// awaitRate reads until so many frames come in a second.
func awaitRate(t *testing.T, p *play.Pipeline, least, most float64) {
	t.Helper()
	patient := rig.Patient(t)
	for {
		first := p.Frame().PTS
		frames, last := 0, first
		for ; last < first+2*time.Second; frames++ {
			last = p.Frame().PTS
		}
		got := float64(frames) / (last - first).Seconds()
		if got >= least && got <= most {
			return
		}
		if patient.Err() != nil {
			t.Fatalf("%.1f frames per second, want between %v and %v", got, least, most)
		}
	}
}
