package sound

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/integration/skew"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// settled is when sound and picture have to be in sync: the reports of the publisher that tell when both were captured have come.
const settled = 4 * time.Second

// exact is what the skew may be in the middle, and most what it may be at any time, with a publisher whose reports are true. Those of
// libwebrtc about sound are 10 to 20 ms off, and more when the publisher's machine is busy: nobody can be nearer than that.
const (
	exact = 20 * time.Millisecond
	most  = 40 * time.Millisecond
)

// skewOf measures a recording, which must have some bursts in it.
func skewOf(t *testing.T, r *recording, from time.Duration, bursts int) skew.Skew {
	t.Helper()
	all, err := skew.File(rig.Patient(t), r.file, from)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(all)
	if len(all) < bursts {
		t.Fatalf("only %d bursts", len(all))
	}
	return all
}

// publisher sends the time of a picture in it, and bursts at the whole seconds of the same clock.
func publisher(t *testing.T, config testpublisher.Config) *testpublisher.Publisher {
	t.Helper()
	config.Tone = true
	return rig.Publish(t, config)
}

// checkExact wants sound and picture of a recording to agree from the time on at which they have to be in sync.
func checkExact(t *testing.T, r *recording, bursts int) {
	t.Helper()
	// A busy machine may stop the publisher or the recorder for longer than the latency. What comes then is late, and for up to two
	// seconds it is not known whether the delay has changed or the publisher paused.
	all, far := skewOf(t, r, settled, bursts), 0
	for _, d := range all {
		if d.Abs() > most {
			far++
		}
	}
	if all.Median().Abs() > exact || far*3 > len(all) {
		t.Errorf("the sound is too far from the picture: %v", all)
	}
}

func TestSoundOfTheGoSDKIsInSync(t *testing.T) {
	for name, config := range map[string]testpublisher.Config{
		"AsItIs":       {},
		"OneHourAhead": {ClockAhead: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			publisher(t, config)
			r := record(t, matroska)
			r.seconds(10)
			r.finish()
			checkExact(t, r, 4)
		})
	}
}

// TestTwoSinksAreInSync has pictures and sound come out when their time has come.
func TestTwoSinksAreInSync(t *testing.T) {
	t.Parallel()
	publisher(t, testpublisher.Config{})
	room := rig.Room(t)
	sinks, err := skew.StartSinks(exec.Command("gst-launch-1.0", strings.Fields(fmt.Sprintf(
		"-q livekitsrc room=%[1]s participant=publisher ! queue ! %[2]s livekitaudiosrc room=%[1]s participant=publisher ! queue ! %[3]s",
		room, skew.PictureSink, skew.SoundSink))...))
	if err != nil {
		t.Fatal(err)
	}
	all, err := sinks.Await(rig.Patient(t), 5, settled)
	if err := errors.Join(err, sinks.Close()); err != nil {
		t.Fatal(err)
	}
	t.Log(all)
	// A busy machine writes some of them late.
	if all.Median().Abs() > most {
		t.Errorf("the sound comes %v after the picture", all.Median())
	}
}

func TestSoundIsInSyncAfterAMute(t *testing.T) {
	t.Parallel()
	p := publisher(t, testpublisher.Config{})
	r := record(t, matroska+beside)
	r.seconds(5)
	if err := p.SetMuted(true); err != nil {
		t.Fatal(err)
	}
	r.more("time", 250)
	if err := p.SetMuted(false); err != nil {
		t.Fatal(err)
	}
	r.more("time", 250)
	r.more("picture", 5)
	r.finish()
	checkExact(t, r, 4)
}

// TestSoundWithPausesIsInSync has a publisher that sends little between bursts.
func TestSoundWithPausesIsInSync(t *testing.T) {
	t.Parallel()
	publisher(t, testpublisher.Config{DTX: true})
	const pictures = 300
	r := record(t, matroska+" livekitaudiosrc room=ROOM participant=publisher silence=none ! audio/x-opus ! identity name=time silent=false ! fakesink")
	r.more("picture", pictures)
	r.finish()
	// A packet comes every 20 ms of a burst, and seldom between them.
	if packets := strings.Count(r.Output(), fmt.Sprintf(passed, "time")); packets == 0 || packets > pictures {
		t.Errorf("%d packets beside %d pictures", packets, pictures)
	}
	checkExact(t, r, 4)
}

func TestSoundIsInSyncAfterRepublication(t *testing.T) {
	t.Parallel()
	p := publisher(t, testpublisher.Config{})
	r := record(t, matroska+beside)
	r.seconds(5)
	if err := p.Unpublish(); err != nil {
		t.Fatal(err)
	}
	if err := p.Republish(); err != nil {
		t.Fatal(err)
	}
	r.seconds(8)
	r.finish()
	checkExact(t, r, 4)
}

// TestSoundOfTheNodeSDKIsInSync has a publisher that is late itself on a busy machine, with what it says of the sound's time, too.
func TestSoundOfTheNodeSDKIsInSync(t *testing.T) {
	const tries = 3
	for try := 1; ; try++ {
		p := publish(t, rtcnode.Settings{})
		calm(t, p)
		r := record(t, matroska)
		r.seconds(10)
		r.finish()
		inTime, late := beatsOf(p)
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		all := skewOf(t, r, settled, 4)
		if all.Median().Abs() <= most {
			return
		}
		if late*4 < inTime || try == tries {
			t.Errorf("the sound comes %v after the picture; of the publisher's own beats, %d were late and %d in time", all.Median(), late, inTime)
			return
		}
	}
}

// punctual reports whether a publisher was in time with a flash and a burst.
func punctual(beat rtcnode.Event) bool {
	const late = 10 // milliseconds
	return beat.PictureLate < late && beat.SoundLate < late
}

// beatsOf counts the beats that a publisher has said since it was last asked.
func beatsOf(p *rtcnode.Peer) (inTime, late int) {
	for {
		select {
		case event := <-p.Events():
			switch {
			case event.Event != "beat":
			case punctual(event):
				inTime++
			default:
				late++
			}
		default:
			return inTime, late
		}
	}
}

// calm waits until a publisher is in time.
func calm(t *testing.T, p *rtcnode.Peer) {
	t.Helper()
	for inRow := 0; inRow < 2; {
		beat, err := p.Await("beat")
		if err != nil {
			t.Fatal(err)
		}
		inRow++
		if !punctual(beat) {
			inRow = 0
		}
	}
}
