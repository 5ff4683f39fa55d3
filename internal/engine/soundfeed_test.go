package engine

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/playout"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// clockless is an output in a pipeline without a clock.
type clockless struct{ soundOutput }

func (clockless) prepare(*room.Track, soundCodec) error { return nil }
func (clockless) offset() (time.Duration, bool)         { return 0, false }

// TestWithoutAClockNothingIsDueAtOnce: whoever waits for the next moment would never wait.
func TestWithoutAClockNothingIsDueAtOnce(t *testing.T) {
	s := &Sound{config: SoundConfig{Pad: new(chain.Pad), Silence: SilenceAlways}, epoch: time.Now(), out: clockless{}}
	s.timeline = playout.New(playout.Config{Taker: s.out, Local: s.local, Muted: s.isQuiet})
	s.SetPaused(false)
	now := s.epoch.Add(time.Hour)
	if err := s.Tick(now, false); err != nil {
		t.Fatal(err)
	}
	if at, ok := s.Deadline(); ok && !at.After(now) {
		t.Errorf("the next moment is %v ago", now.Sub(at))
	}
}
