package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/playout"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/sound"
)

// soundQueue is the output to Next: frames of one length.
type soundQueue struct {
	sound     *Sound
	codec     soundCodec
	resampler *sound.Resampler // nil if the decoder gives the rate
	size      int              // samples of a frame, in all channels
	open      SoundFrame       // that is being filled
	begin     time.Duration    // where the present run of frames begins
	count     int64            // samples of each channel since then
	monotonic time.Duration    // CLOCK_MONOTONIC at the epoch

	reading sync.Mutex
	mu      sync.Mutex
	frames  []SoundFrame // from first on
	first   int
	spare   [][]int16 // memory of frames that were read
	most    int       // how many frames are kept; 0 is no limit
	came    chan struct{}
}

func newSoundQueue(s *Sound) *soundQueue {
	q := &soundQueue{sound: s, came: make(chan struct{}, 1)}
	q.size = int(int64(s.config.SampleRate)*int64(s.config.FrameDuration)/int64(time.Second)) * s.config.Channels
	if s.config.Capacity >= 0 {
		q.most = max(int(s.config.Capacity/s.config.FrameDuration), 1)
	}
	q.monotonic = chain.Monotonic(s.epoch)
	return q
}

func (q *soundQueue) prepare(track *room.Track, codec soundCodec) error {
	if track == nil || q.codec.codec == codec.codec {
		return nil
	}
	config := &q.sound.config
	decoder, err := sound.NewDecoder(codec.codec, config.SampleRate, config.Channels)
	if err != nil {
		return err
	}
	q.codec = codec
	q.sound.setCodec(codec.codec)
	q.sound.timeline.SetDecoder(codec.codec, decoder)
	q.closeResampler()
	if decoder.Rate() != config.SampleRate {
		q.resampler = sound.NewResampler(decoder.Rate(), config.SampleRate, config.Channels)
	}
	return nil
}

// offset implements soundOutput: times are local.
func (q *soundQueue) offset() (time.Duration, bool) { return 0, true }

func (q *soundQueue) setLatency(time.Duration) {}

// Take implements playout.Taker.
func (q *soundQueue) Take(p *playout.Piece) error {
	samples := p.Samples
	if q.resampler != nil {
		samples = q.resampler.Resample(samples)
	}
	if p.Discont && q.count == 0 && len(q.open.Samples) == 0 {
		q.begin = p.PTS
	}
	rate, channels := q.sound.config.SampleRate, q.sound.config.Channels
	for taken := 0; taken < len(samples); {
		if len(q.open.Samples) == 0 {
			q.open = SoundFrame{Samples: q.memory(), PTS: q.monotonic + q.begin + lengthOf(q.count, rate), Silence: true}
			if p.Frame != nil {
				before := lengthOf(int64(taken/channels), rate)
				q.open.RTPTimestamp = p.Frame.RTPTimestamp + uint32(int64(before)*int64(q.codec.codec.ClockRate())/int64(time.Second))
				q.open.ReceivedAt = p.Frame.ReceivedAt
				if !p.Frame.CaptureTime.IsZero() {
					q.open.CaptureTime = p.Frame.CaptureTime.Add(before)
				}
			}
		}
		n := min(q.size-len(q.open.Samples), len(samples)-taken)
		q.open.Samples = append(q.open.Samples, samples[taken:taken+n]...)
		q.open.Concealed = q.open.Concealed || p.Kind == playout.Concealed
		q.open.Silence = q.open.Silence && p.Kind == playout.Silent
		taken += n
		if len(q.open.Samples) == q.size {
			q.count += int64(q.size / channels)
			q.put(q.open)
			q.open = SoundFrame{}
		}
	}
	return nil
}

// memory returns memory for the samples of a frame.
func (q *soundQueue) memory() []int16 {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.spare); n > 0 {
		m := q.spare[n-1]
		q.spare = q.spare[:n-1]
		return m[:0]
	}
	return make([]int16, 0, q.size)
}

func (q *soundQueue) put(f SoundFrame) {
	q.mu.Lock()
	if q.most > 0 && len(q.frames)-q.first >= q.most {
		q.spare = append(q.spare, q.frames[q.first].Samples)
		q.first++
		q.sound.played.overflow.Add(int64(q.sound.config.FrameDuration))
	}
	if q.first > 0 && len(q.frames) == cap(q.frames) {
		q.frames = slices.Delete(q.frames, 0, q.first)
		q.first = 0
	}
	q.frames = append(q.frames, f)
	q.mu.Unlock()
	select {
	case q.came <- struct{}{}:
	default:
	}
}

func (q *soundQueue) take() (SoundFrame, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.first == len(q.frames) {
		return SoundFrame{}, false
	}
	f := q.frames[q.first]
	q.first++
	return f, true
}

func (q *soundQueue) giveBack(samples []int16) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.spare) < 64 {
		q.spare = append(q.spare, samples)
	}
}

func (q *soundQueue) next(ctx context.Context, take func(SoundFrame) error) error {
	s := q.sound
	if !q.reading.TryLock() {
		if isDone(s.closed) {
			return ErrClosed
		}
		return ErrConcurrentNext
	}
	defer q.reading.Unlock()
	for {
		if isDone(s.closed) {
			return ErrClosed
		}
		s.mu.Lock()
		broken := s.broken
		s.mu.Unlock()
		if broken != nil {
			return broken
		}
		ended := isDone(s.done)
		if f, ok := q.take(); ok {
			err := take(f)
			q.giveBack(f.Samples)
			if err != nil {
				s.fail(err)
			}
			return err
		}
		if ended {
			return s.Err()
		}
		select {
		case <-q.came:
		case <-s.done:
		case <-s.closed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (q *soundQueue) end() bool { return true }

func (q *soundQueue) closeResampler() {
	if q.resampler != nil {
		q.resampler.Close()
		q.resampler = nil
	}
}

// close waits until the reader has left.
func (q *soundQueue) close() {
	q.reading.Lock()
	defer q.reading.Unlock()
	q.closeResampler()
}
