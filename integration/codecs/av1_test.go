package codecs

import (
	"strconv"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// The modes in which an encoder makes one size.
var unlayered = []string{"", "L1T1", "L1T3"}

func TestAV1IsShown(t *testing.T) {
	for _, mode := range unlayered {
		t.Run("mode "+mode, func(t *testing.T) {
			publish(t, "AV1", mode)
			p := play.Start(t, "livekitsrc name=src format=rgba room="+rig.Room(t)+play.Sink)
			checkSteady(t, p, "1280x720")
			rig.CheckFlow(t, p.Frames(30))
			checkNothingSaid(t, p)
		})
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
			checkSteady(t, p, "1280x720")
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

// The encoder makes frames that no other needs, three rates in all.
func TestFrameRateIsReduced(t *testing.T) {
	for _, s := range []struct{ codec, mode string }{{"VP9", "L3T3_KEY"}, {"VP9", "L3T3"}, {"VP9", "L1T3"}, {"AV1", "L1T3"}, {"AV1", "L3T3_KEY"}} {
		t.Run(s.codec+" "+s.mode, func(t *testing.T) {
			publish(t, s.codec, s.mode)
			p := play.Start(t, "livekitsrc name=src format=rgba room="+rig.Room(t)+play.Sink)
			awaitSize(t, p, "1280x720")
			for _, row := range []struct{ limit, least, most float64 }{{16, 5, 20}, {8, 5, 10}, {0, 24, 36}} {
				p.Element("src").SetArg("max-framerate", strconv.FormatFloat(row.limit, 'f', -1, 64))
				patient := rig.Patient(t)
				got := 0.0
				for got < row.least || got > row.most {
					if patient.Err() != nil {
						t.Errorf("%.1f frames per second where at most %v are asked for", got, row.limit)
						break
					}
					first := p.Frame().PTS
					n := 0
					last := first
					for ; last < first+2*time.Second; n++ {
						last = p.Frame().PTS
					}
					got = float64(n) / (last - first).Seconds()
				}
				t.Logf("max-framerate %v: %.1f frames per second", row.limit, got)
			}
			checkNothingSaid(t, p)
		})
	}
}
