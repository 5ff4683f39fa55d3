package engine

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/playout"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// Sound receives the sound of the tracks that a selector gives, one after another, as one continuous stream.
//
// Next is for one goroutine at a time; everything else may be called from any goroutine, at any time. Close wakes a
// blocked Next, waits for everything that the Sound started, and may be called more than once.
type Sound struct {
	encryption
	ending

	config   SoundConfig
	selector room.Selector
	feeding  sync.WaitGroup
	closed   chan struct{} // closed by the first Close
	closing  sync.Once
	epoch    time.Time // local times are relative to it

	playing    atomic.Int64 // the local time since when it is not paused, 0 while it is
	resumed    atomic.Bool  // it was paused since the feed has last played something
	latency    atomic.Int64
	syncOffset atomic.Int64
	clock      publisherClock
	started    atomic.Bool // there is an output that can say that the stream ends
	dropped    atomic.Uint64
	timeline   *playout.Timeline // only the feed uses it
	clockAt    time.Time         // likewise: when to look again for a clock that was not there
	played     playedCounters
	out        soundOutput // likewise, but for Next and SetLatency

	mu       sync.Mutex
	track    *room.Track     // the current one, or nil
	receiver *audio.Receiver // of track, or nil
	gone     SoundStats      // counts of former tracks and receivers
}

// soundOutput takes the pieces of a Sound. All but setLatency is for the feed.
type soundOutput interface {
	playout.Taker
	// prepare is called before sound of a codec is played. It sets the form of the timeline.
	prepare(track *room.Track, codec soundCodec) error
	// offset returns what to add to local times.
	offset() (time.Duration, bool)
	setLatency(latency time.Duration)
	// end says that there is no more sound. It returns false if it cannot tell that to anybody.
	end() bool
	close()
}

// NewSound receives the tracks that a selector gives. It takes ownership of the selector, also if it fails.
func NewSound(selector room.Selector, config SoundConfig) (*Sound, error) {
	s := &Sound{
		selector: selector, closed: make(chan struct{}), epoch: time.Now(),
	}
	err := chain.Init()
	if err == nil {
		err = config.complete()
	}
	if err == nil {
		err = s.set(config.Passphrase, config.Encryption, config.Logger, config.OnDecryptError)
		config.Passphrase = "" // it is not kept in memory
	}
	if err != nil {
		selector.Close()
		return nil, err
	}
	s.config = config
	s.latency.Store(int64(config.Latency))
	s.syncOffset.Store(int64(config.SyncOffset))
	s.SetPaused(config.Paused)
	silence := config.Silence
	if config.Pad != nil {
		s.out = &soundPad{sound: s}
	} else {
		s.out = newSoundQueue(s)
		silence = SilenceAlways // so that each frame is complete in time
	}
	s.timeline = playout.New(playout.Config{
		Silence: playout.Silence(silence), Taker: s.out, Local: s.local, Muted: s.isQuiet,
	})
	s.timeline.SetLatency(config.Latency)
	ctx, cancel := context.WithCancel(context.Background())
	s.ending = ending{cancel: cancel, done: make(chan struct{}), onEnd: config.OnEnd, log: config.Logger}
	guard.Go(&s.feeding, "engine: feed sound", s, func() { s.ended(s.feed(ctx)) }, s.finish)
	return s, nil
}

// local returns the time since the epoch. It is never 0.
func (s *Sound) local() time.Duration { return max(time.Since(s.epoch), 1) }

// isQuiet reports whether nothing is expected to come.
func (s *Sound) isQuiet() bool {
	s.mu.Lock()
	track := s.track
	s.mu.Unlock()
	return track == nil || track.Muted()
}

// Next waits for the next frame and calls take with it, which may keep its samples; Close waits for that call. An error
// of take ends the Sound. The errors are those of Stream.Next.
func (s *Sound) Next(ctx context.Context, take func(SoundFrame) error) error {
	q, ok := s.out.(*soundQueue)
	if !ok {
		return ErrClosed
	}
	return q.next(ctx, take)
}

// Close stops receiving, drops queued sound, and frees everything.
func (s *Sound) Close() error {
	s.closing.Do(func() {
		close(s.closed)
		s.cancel()
		s.feeding.Wait()
		s.selector.Close()
		s.out.close()
	})
	return nil
}

// Started reports whether there is an output that the end of the stream comes out of.
func (s *Sound) Started() bool { return s.started.Load() }

// Muted reports whether the publisher has muted the track that is being received.
func (s *Sound) Muted() bool {
	s.mu.Lock()
	track := s.track
	s.mu.Unlock()
	return track != nil && track.Muted()
}

// SetPaused drops all received sound while paused is true. For Next, the time of a pause is left out; a pad's time stands
// still in it.
func (s *Sound) SetPaused(paused bool) {
	switch {
	case paused:
		s.playing.Store(0)
	case s.playing.Load() == 0:
		s.resumed.Store(true) // first: the feed must not fill the pause
		s.playing.Store(int64(s.local()))
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.receiver != nil {
			s.receiver.Wake()
		}
	}
}

func (s *Sound) isPaused() bool { return s.playing.Load() == 0 }

// Latency returns how late sound may be.
func (s *Sound) Latency() time.Duration { return time.Duration(s.latency.Load()) }

// SetLatency changes SoundConfig.Latency.
func (s *Sound) SetLatency(latency time.Duration) {
	s.latency.Store(int64(latency))
	s.mu.Lock()
	if s.receiver != nil {
		s.receiver.SetLatency(packetLatency(latency))
	}
	s.mu.Unlock()
	s.out.setLatency(latency)
}

// SetSyncOffset changes SoundConfig.SyncOffset.
func (s *Sound) SetSyncOffset(offset time.Duration) { s.syncOffset.Store(int64(offset)) }

// finish ends the output. It calls OnEnd first, before anybody can notice the end.
func (s *Sound) finish() {
	defer close(s.done)
	guard.Do("engine: end sound", s, func() {
		s.report()
		s.beginForMuxer()
		s.fillEnd()
		if !s.out.end() {
			s.started.Store(false)
		}
		s.timeline.Close()
	})
	guard.Do("engine: tell the end of sound", s, s.report) // if ending has panicked
}

// beginForMuxer makes an output, if the end comes before any sound: a muxer needs to know each stream that it was promised, as in
// Stream.pushBlank.
func (s *Sound) beginForMuxer() {
	if s.Started() || isDone(s.closed) || !s.endsAtMuxer(s.config.Pad) {
		return
	}
	if err := s.out.prepare(nil, unknownSound); err != nil {
		s.config.Logger.Debug("no sound for the muxer", "error", err)
	} else if s.follow() {
		s.timeline.Begin(s.local() - 20*time.Millisecond)
	}
}

// fillEnd makes the sound of a pad as long as it was received, though its last packets are still under way.
func (s *Sound) fillEnd() {
	if s.config.Pad == nil || s.isPaused() || !s.follow() {
		return
	}
	if err := s.timeline.Finish(s.local()); err != nil {
		s.config.Logger.Debug("the end of the sound is missing", "error", err)
	}
	s.count()
}
