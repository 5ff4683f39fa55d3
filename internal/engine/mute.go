package engine

import (
	"context"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// muteGap is the interval between the gap events of a muted stream, and how long nothing must have been pushed before
// the first: the last units may still be on their way.
const muteGap = 200 * time.Millisecond

// fillMute sends gap events to the pipeline while the track is muted, until stop is called.
func (s *Stream) fillMute(ctx context.Context, track *room.Track) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var filling sync.WaitGroup
	guard.Go(&filling, "engine: muted", s, func() {
		for ctx.Err() == nil {
			changed := track.Changed()
			if track.Muted() {
				s.fillGaps(ctx, track)
				continue
			}
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	})
	return func() {
		cancel()
		filling.Wait()
	}
}

// fillGaps returns when the track is no longer muted.
func (s *Stream) fillGaps(ctx context.Context, track *room.Track) {
	ticker := time.NewTicker(muteGap)
	defer ticker.Stop()
	for track.Muted() {
		select {
		case now := <-ticker.C:
			if out := s.lastOutput(); out != nil && !s.paused.Load() {
				out.gap(now, muteGap)
			}
		case <-ctx.Done():
			return
		}
	}
}
