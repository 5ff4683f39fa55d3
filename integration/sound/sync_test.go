package sound

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// settled is when sound and picture have to be in sync: the reports of the publisher that tell when both were captured have come.
const settled = 4 * time.Second

// inSync is by how much a burst may come before or after its flash, in the middle of all. What the publisher's own reports are wrong
// by is in it: those of libwebrtc about sound are 10 to 20 ms off.
const inSync = 40 * time.Millisecond

// punctual reports whether a publisher was in time with a flash and a burst. On a busy machine it is not, and then its reports tell
// wrong times, too.
func punctual(beat rtcnode.Event) bool {
	const late = 10 // milliseconds
	return beat.PictureLate < late && beat.SoundLate < late
}

// checkSync has a publisher recorded while play is done with it, and wants the bursts to come with the flashes. When the publisher
// itself was late, that says nothing, and it is done again.
func checkSync(t *testing.T, settings rtcnode.Settings, beats int, play func(*rtcnode.Peer, *recording)) {
	t.Helper()
	const tries = 3
	for try := 1; ; try++ {
		p := publish(t, settings)
		calm(t, p)
		r := record(t, matroska)
		play(p, r)
		r.finish()
		inTime, late := beatsOf(p)
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		found := skews(t, r.file, settled)
		if len(found) < beats {
			t.Fatalf("only %d flashes have a burst: %v", len(found), found)
		}
		t.Logf("skew: median %v, 95 %% within %v: %v; of the publisher's own beats, %d were late and %d in time",
			median(found), percentile95(found), found, late, inTime)
		if median(found).Abs() <= inSync {
			return
		}
		if late*4 < inTime || try == tries {
			t.Errorf("the sound comes %v after the picture", median(found))
			return
		}
	}
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

func TestSoundIsInSync(t *testing.T) {
	checkSync(t, rtcnode.Settings{}, 4, func(_ *rtcnode.Peer, r *recording) { r.seconds(10) })
}

func TestSoundIsInSyncAfterMute(t *testing.T) {
	checkSync(t, rtcnode.Settings{}, 2, func(p *rtcnode.Peer, r *recording) {
		r.seconds(2)
		command(t, p, "muteTone")
		r.seconds(5)
		command(t, p, "unmuteTone")
		r.seconds(5)
	})
}

func TestSoundIsInSyncAfterRepublication(t *testing.T) {
	checkSync(t, rtcnode.Settings{}, 3, func(p *rtcnode.Peer, r *recording) {
		r.seconds(2)
		command(t, p, "unpublishTone")
		r.seconds(1)
		command(t, p, "publishTone")
		r.seconds(9)
	})
}

// command has a publisher do something, and leaves its events to others.
func command(t *testing.T, p *rtcnode.Peer, name string) {
	t.Helper()
	if err := p.Command(name); err != nil {
		t.Fatal(err)
	}
}
