package engine

import (
	"log/slog"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// synchronize has the pictures of a track agree with the sound of its publisher. It returns nil if that is not wanted.
func (s *Stream) synchronize(track *room.Track) *mediaclock.SyncMember {
	var member *mediaclock.SyncMember
	if !s.config.Unsynchronized {
		member = joinSync(track, 0, s.config.Logger, nil)
	}
	s.clock.setMember(member)
	return member
}

// synchronize has the sound of a track agree with the pictures of its publisher. It returns nil if that is not wanted.
func (s *Sound) synchronize(track *room.Track) *mediaclock.SyncMember {
	var member *mediaclock.SyncMember
	if !s.config.Unsynchronized {
		member = joinSync(track, s.config.MaxSyncDelay, s.config.Logger, s.config.OnTooFar)
	}
	s.clock.setMember(member)
	return member
}

// keepDelayed has the output keep as much as is shown later for the sake of the sound. It is told seldom.
func (f *feed) keepDelayed(delay time.Duration) {
	const step = 100 * time.Millisecond
	if delay <= f.kept && delay > f.kept-2*step {
		return
	}
	f.kept = (max(delay, 0) + step - 1) / step * step
	f.out.chain.SetDelay(f.kept)
}

// joinSync adds a track to those of its publisher that are kept in sync. most is the longest delay for that; 0 leaves it to
// the other tracks. tooFar may be nil.
func joinSync(
	track *room.Track, most time.Duration, log *slog.Logger, tooFar func(participant string, apart time.Duration),
) *mediaclock.SyncMember {
	return mediaclock.JoinSync(
		mediaclock.SyncKey{Server: track.Server, Room: track.Room, Identity: track.Identity},
		mediaclock.SyncOptions{Kind: track.Kind, MaxDelay: most, OnTooFar: func(apart time.Duration) {
			log.Warn("sound and picture are too far apart to be kept in sync", "participant", track.Identity, "apart", apart)
			if tooFar != nil {
				tooFar(track.Identity, apart)
			}
		}},
	)
}
