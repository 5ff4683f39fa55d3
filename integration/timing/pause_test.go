package timing

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const frameRate = 30

// checkShown ends l, and fails if many of these frames were not shown.
func checkShown(t *testing.T, l *launch.Launch, frames []rig.Frame) {
	t.Helper()
	at := shownUntilInterrupted(t, l)
	missed := 0
	for _, f := range frames {
		if !at[clock(f.PTS)] {
			missed++
		}
	}
	t.Logf("%d of %d frames were not shown", missed, len(frames))
	if missed*50 > len(frames) {
		t.Errorf("%d of %d frames were not shown", missed, len(frames))
	}
}

// TestPictureGoesOnWhenItsPublisherDoes has a publisher send nothing for 8 s, without being muted.
func TestPictureGoesOnWhenItsPublisherDoes(t *testing.T) {
	const before, pause = 3 * frameRate, 8 * frameRate
	var sent atomic.Int64
	rig.Publish(t, testpublisher.Config{
		Codec: testpublisher.VP8, FrameRate: frameRate, Width: 640, Height: 360,
		Rewrite: func(e testpublisher.Encoded) []byte {
			if n := sent.Add(1); n > before && n <= before+pause {
				return nil
			}
			return e.Data
		},
	})
	l := launch.Start(t, "-v livekitsrc room="+rig.Room(t)+screen)
	frames := l.Buffers(before / 2)
	for sent.Load() <= before+pause {
		frames = l.Buffers(len(frames) + 1)
	}
	n := len(frames)
	frames = l.Buffers(n + 5*frameRate)
	checkShown(t, l, frames[n:len(frames)-frameRate]) // the last ones had not been shown when it ended
}

// TestPictureGoesOnWhenItsServerDoes has the server stand still for 3 s and then deliver all that it was sent meanwhile.
func TestPictureGoesOnWhenItsServerDoes(t *testing.T) {
	const stall = 3 * time.Second
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.VP8, FrameRate: frameRate, Width: 640, Height: 360})
	l := launch.Start(t, "-v livekitsrc room="+rig.Room(t)+screen)
	n := len(l.Buffers(3 * frameRate))
	if err := rig.Server().Freeze(); err != nil {
		t.Fatal(err)
	}
	over := time.NewTimer(stall)
	<-over.C
	if err := rig.Server().Thaw(); err != nil {
		t.Fatal(err)
	}
	// What was made during the stall is late, and so is what came before that was worked off.
	n += int(stall/time.Second)*frameRate + 2*frameRate
	frames := l.Buffers(n + 5*frameRate)
	checkShown(t, l, frames[n:len(frames)-frameRate])
}
