package engine

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// concealedFrame is the length of what SoundStats.Concealed counts.
const concealedFrame = 20 * time.Millisecond

// playedCounters are the timeline's counts, for other goroutines than the feed's.
type playedCounters struct {
	concealed, silence atomic.Int64
	overflow           atomic.Int64
	frames             atomic.Uint64
}

// count takes over the timeline's counts.
func (s *Sound) count() {
	stats := s.timeline.Stats()
	s.played.concealed.Store(int64(stats.Concealed))
	s.played.silence.Store(int64(stats.Silence))
}

// Stats returns the counts so far, also after Close.
func (s *Sound) Stats() SoundStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.gone
	if s.receiver != nil {
		stats.add(s.receiver.Stats())
	}
	if s.track != nil {
		stats.DroppedPackets += s.track.Dropped()
	}
	stats.Concealed = uint64(s.played.concealed.Load() / int64(concealedFrame))
	stats.Silence = time.Duration(s.played.silence.Load())
	stats.DroppedOverflow = time.Duration(s.played.overflow.Load())
	stats.Frames = s.played.frames.Load()
	stats.DroppedPaused = s.dropped.Load()
	stats.ClockStats = s.clock.stats()
	return stats
}

func (s *SoundStats) add(o audio.Stats) {
	s.Packets += o.Packets
	s.Bytes += o.Bytes
	s.Lost += o.Lost
	s.Duplicates += o.Duplicates
	s.Recovered += o.Recovered
	s.RecoveredRedundant += o.Redundant
	s.DroppedBlank += o.Blank
	s.DroppedUndecryptable += o.Undecryptable
	s.Jitter = o.Jitter
}

// setTrack sets the track whose packets are counted; nil for none.
func (s *Sound) setTrack(t *room.Track) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.track != nil {
		s.gone.DroppedPackets += s.track.Dropped()
	}
	s.track = t
	s.clock.reset()
}

// setReceiver sets the receiver that gets settings; nil for none.
func (s *Sound) setReceiver(r *audio.Receiver) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.receiver != nil {
		s.gone.add(s.receiver.Stats())
	}
	s.receiver = r
	if r != nil {
		r.SetLatency(packetLatency(s.Latency()))
	}
}

// setCodec records the codec of the track.
func (s *Sound) setCodec(codec caps.Codec) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone.Codec = codec.String()
}

// watchPackets tells when a track gives no packets although it should, until stop is called.
func (s *Sound) watchPackets(ctx context.Context, track *room.Track, codec caps.Codec, expire context.CancelCauseFunc) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	guard.Go(&s.feeding, "engine: watch for sound", s, func() {
		s.watch(ctx, track, codec, expire)
	}, func() { close(done) })
	return func() {
		cancel()
		<-done
	}
}

// soundPoll is how often packets are looked for, while the first one is awaited.
const soundPoll = 500 * time.Millisecond

func (s *Sound) watch(ctx context.Context, track *room.Track, codec caps.Codec, expire context.CancelCauseFunc) {
	ticker := time.NewTicker(soundPoll)
	defer ticker.Stop()
	before, since, came := s.Stats().Packets, time.Now(), false
	for {
		var now time.Time
		select {
		case now = <-ticker.C:
		case <-ctx.Done():
			return
		}
		packets := s.Stats().Packets
		why := &NoSoundError{Participant: track.Identity, TrackSID: track.SID, Codec: codec.String(), Reason: "no packets come; " +
			"see whether others in the room hear it, and restart its publisher if they do not"}
		switch first := s.config.FirstSound; {
		case packets != before:
			if !came && first != nil {
				first.Came()
			}
			came, before, since = true, packets, now
		case track.Muted() || s.isPaused():
			if first != nil { // else the wait would be over when it begins again
				first.PutOff(soundPoll)
			}
			since = now
		case !came && first != nil && !first.By().IsZero() && now.After(first.By()):
			why.For = now.Sub(since).Round(time.Second)
			expire(why)
			return
		case now.Sub(since) >= silenceTime:
			since = now
			why.For = silenceTime
			if s.config.OnNoSound != nil {
				s.config.OnNoSound(why)
			}
		}
	}
}
