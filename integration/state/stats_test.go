package state

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// counted are the fields that stats has in every state, in nanoseconds or as counts.
var counted = []string{
	"packets", "bytes", "lost", "recovered", "duplicates", "access-units", "key-frames", "key-frame-requests", "packet-requests", "decoded",
	"dropped-packets", "dropped-incomplete", "dropped-blank", "dropped-paused", "dropped-undecryptable",
	"dropped-undecoded", "dropped-decoded", "jitter",
}

func stats(t *testing.T, p *play.Pipeline) map[string]uint64 {
	t.Helper()
	s := play.StructureOf(t, p.Element("src"), "stats")
	counts := map[string]uint64{}
	for _, name := range counted {
		n, err := strconv.ParseUint(s.Text(name), 10, 64)
		if err != nil || s.At(name).Type != "guint64" {
			t.Fatalf("%s is %+v", name, s.At(name))
		}
		counts[name] = n
	}
	return counts
}

func TestStatsBeforeARunAreZero(t *testing.T) {
	p := parse(t, "")
	for name, n := range stats(t, p) {
		if n != 0 {
			t.Errorf("%s is %d", name, n)
		}
	}
	if s := play.StructureOf(t, p.Element("src"), "stats"); s.Name != "livekit-stats" || !slices.Equal(s.Names, counted) {
		t.Errorf("got %s with %q", s.Name, s.Names)
	}
}

func TestStatsCountTheRun(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	p := start(t, "")
	began := time.Now()
	p.Frames(30)
	s := stats(t, p)
	for name, least := range map[string]uint64{
		"packets": 30, "bytes": 30 * 20, "access-units": 30, "key-frames": 1, "decoded": 30,
	} {
		if s[name] < least {
			t.Errorf("%s is %d, want %d at least", name, s[name], least)
		}
	}
	most := uint64(time.Since(began).Seconds()*30) + 60 // and what came before the start
	for _, name := range []string{"access-units", "decoded"} {
		if s[name] > most {
			t.Errorf("%s is %d, want %d at most", name, s[name], most)
		}
	}
	if jitter := time.Duration(s["jitter"]); jitter <= 0 || jitter > 10*time.Second {
		t.Errorf("the jitter is %v", jitter)
	}
	text := play.StructureOf(t, p.Element("src"), "stats")
	for name, want := range map[string]string{
		"codec": "VP8", "decoder": "vp8dec", "width": "320", "height": "180", "quality": "high",
	} {
		if got := text.Text(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}

	if err := publisher.Unpublish(); err != nil {
		t.Fatal(err)
	}
	awaitMessage(t, p, "livekit-track", "state", "lost")
	between := stats(t, p)
	if err := publisher.Republish(); err != nil {
		t.Fatal(err)
	}
	awaitMessage(t, p, "livekit-track", "state", "subscribed")
	p.Frames(30)
	after := stats(t, p)
	for _, name := range counted[:len(counted)-1] {
		if after[name] < between[name] || between[name] < s[name] {
			t.Errorf("%s is %d, then %d without a track, then %d of another", name, s[name], between[name], after[name])
		}
	}
	if after["packets"] < s["packets"]+30 {
		t.Errorf("%d packets are %d after another 30 frames", s["packets"], after["packets"])
	}

	p.Stop()
	for name, n := range stats(t, p) {
		if n != 0 {
			t.Errorf("%s is %d after the run", name, n)
		}
	}
}

// TestLatencyIsCountedFromTheCapture waits for the first sender report, which tells when the pictures were taken.
func TestLatencyIsCountedFromTheCapture(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{})
	p := start(t, "")
	for deadline := time.Now().Add(rig.Patience); ; {
		p.Frame()
		value := play.StructureOf(t, p.Element("src"), "stats").At("latency")
		if value.Text == "" {
			if time.Now().After(deadline) {
				t.Fatalf("no latency within %v", rig.Patience)
			}
			continue
		}
		ns, err := strconv.ParseInt(value.Text, 10, 64)
		if latency := time.Duration(ns); err != nil || value.Type != "gint64" || latency < -time.Second || latency > 10*time.Second {
			t.Errorf("the latency is %v (%s %q)", latency, value.Type, value.Text)
		}
		// The publisher's clock is this machine's.
		offset := play.StructureOf(t, p.Element("src"), "stats").At("clock-offset")
		ns, err = strconv.ParseInt(offset.Text, 10, 64)
		if ahead := time.Duration(ns); err != nil || offset.Type != "gint64" || ahead < -time.Second || ahead > time.Second {
			t.Errorf("the offset of the clocks is %v (%s %q)", ahead, offset.Type, offset.Text)
		}
		return
	}
}

func TestSlowConsumerIsCounted(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := play.Start(t, "livekitsrc name=src capacity=1 latency=0 room="+rig.Room(t)+" ! appsink name=sink sync=false max-buffers=1")
	p.Frame()
	for deadline := time.Now().Add(rig.Patience); ; {
		s := stats(t, p)
		if s["dropped-decoded"] >= 5 && s["decoded"] > s["dropped-decoded"] {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(fmt.Sprint(s))
		}
		<-time.After(10 * time.Millisecond)
	}
}

func TestPausedStreamIsCounted(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := start(t, "")
	p.Frames(5)
	p.Pause()
	before := stats(t, p)["dropped-paused"]
	for deadline := time.Now().Add(rig.Patience); stats(t, p)["dropped-paused"] < before+10; {
		if time.Now().After(deadline) {
			t.Fatal(stats(t, p))
		}
		<-time.After(10 * time.Millisecond)
	}
}
