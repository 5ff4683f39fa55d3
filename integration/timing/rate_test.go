package timing

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// rounding is what times may be apart from what they ought to be.
const rounding = time.Millisecond / 10

// settling is how long the clock may take to follow a sender.
const settling = 2 * time.Second

// screen is a display as every video sink is: it drops what is late by more than 20 ms, and tells upstream.
const screen = " ! video/x-raw ! identity name=probe silent=false" +
	" ! fakesink name=screen silent=false sync=true qos=true max-lateness=20000000"

// shown is what a sink says about each frame that it shows, and of none that it drops.
var shown = regexp.MustCompile(`GstFakeSink:screen: last-message = chain .* pts: (\S+), `)

func TestASinkThatFollowsTheClockShowsFramesOfAnyRate(t *testing.T) {
	for _, test := range []struct{ rate, stamped int }{
		{25, 30},
		{29, 30},
		{15, 30},
		{30, 15},
	} {
		t.Run(fmt.Sprintf("%d stamped as %d", test.rate, test.stamped), func(t *testing.T) {
			rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, FrameRate: test.rate, StampedRate: test.stamped})
			// A clock that does not follow is wrong by more than that, and a machine under load is not.
			l := launch.Start(t, "-v livekitsrc latency=200 room="+rig.Room(t)+screen)
			frames := l.Buffers(12 * test.rate)
			at := shownUntilInterrupted(t, l)
			began := frames[0].PTS + settling
			n, missed := 0, 0
			for i, f := range frames[:len(frames)-test.rate] { // the last ones had not been shown when it ended
				if f.PTS < began {
					continue
				}
				n++
				if !at[clock(f.PTS)] {
					missed++
				}
				// A machine under load lets the publisher leave pictures out, but makes no two of them come together.
				if d := f.PTS - frames[i-1].PTS; d < time.Second/time.Duration(2*max(test.rate, test.stamped))-rounding {
					t.Errorf("frame %d is shown %v after the one before", i, d)
				}
			}
			if n < 8*test.rate || missed*100 > n {
				t.Errorf("%d of %d frames were not shown", missed, n)
			}
		})
	}
}

// shownUntilInterrupted ends l, and returns the times of the frames that its screen has shown, as clock writes them.
func shownUntilInterrupted(t *testing.T, l *launch.Launch) map[string]bool {
	t.Helper()
	l.Interrupt()
	status, printed := l.End()
	if status != 0 {
		t.Fatalf("exit status %d:\n%s", status, printed)
	}
	at := map[string]bool{}
	for _, line := range shown.FindAllStringSubmatch(printed, -1) {
		at[line[1]] = true
	}
	return at
}

// clock writes a time as GStreamer does.
func clock(d time.Duration) string {
	return fmt.Sprintf("%d:%02d:%02d.%09d", d/time.Hour, d/time.Minute%60, d/time.Second%60, d%time.Second)
}
