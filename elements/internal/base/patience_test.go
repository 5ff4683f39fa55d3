package base

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/engine"
)

func TestTrackTimeoutCountsUntilTheFirstPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := patience{limit: 5 * time.Second}
		check := func(what string, want time.Duration) {
			t.Helper()
			if got := p.By(); got != start.Add(want) {
				t.Errorf("%s: it ends after %v, want %v", what, got.Sub(start), want)
			}
		}
		p.begin()
		check("at first", 5*time.Second)
		time.Sleep(2 * time.Second)
		p.begin() // the track has ended without a picture
		check("with the next track", 5*time.Second)
		p.PutOff(time.Second)
		check("put off", 6*time.Second)
		p.Came()
		if by := p.By(); !by.IsZero() {
			t.Errorf("with a picture it ends after %v", by.Sub(start))
		}
		p.PutOff(time.Second)
		p.begin() // the track with the picture has ended
		check("after a picture", 7*time.Second)
	})
}

func TestTrackTimeoutThatIsNoneNeverEnds(t *testing.T) {
	var p patience
	p.begin()
	p.PutOff(time.Second)
	if by := p.By(); !by.IsZero() {
		t.Errorf("it ends at %v", by)
	}
}

func TestTrackTimeoutNamesWhatIsMissing(t *testing.T) {
	p := patience{limit: 5 * time.Second}
	for want, err := range map[string]error{
		`no picture within 5s: track TR_1 (VP8) of "robot": it is muted`: &engine.NoPictureError{
			Participant: "robot", TrackSID: "TR_1", Codec: "VP8", For: time.Second, Reason: "it is muted",
		},
		`no sound within 5s: track TR_2 (opus) of "robot": it is muted`: &engine.NoSoundError{
			Participant: "robot", TrackSID: "TR_2", Codec: "opus", For: time.Second, Reason: "it is muted",
		},
	} {
		if got := p.explain(err).Error(); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
	other := errors.New("another")
	if got := p.explain(other); !errors.Is(got, other) {
		t.Errorf("%v becomes %v", other, got)
	}
}
