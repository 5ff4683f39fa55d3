package engine

import (
	"context"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/playout"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/sound"
)

// soundQueue is the output to Next: frames of one length.
type soundQueue struct {
	sound     *Sound
	codec     caps.Codec       // of the last track
	resampler *sound.Resampler // nil if the decoder gives the rate
	framer    framer

	reading sync.Mutex // held by the one reader, and by close after the reader
	came    chan struct{}
	most    int // how many frames are kept; 0 is no limit

	mu     sync.Mutex
	frames ring[SoundFrame]
}

func newSoundQueue(s *Sound) *soundQueue {
	q := &soundQueue{sound: s, came: make(chan struct{}, 1)}
	if s.config.Capacity != Unbounded {
		q.most = max(int(s.config.Capacity/s.config.FrameDuration), 1)
	}
	q.framer = newFramer(&s.config, s.epoch, q.put)
	return q
}

// prepare implements soundOutput.
func (q *soundQueue) prepare(track *room.Track, codec soundCodec) error {
	if track == nil || q.codec == codec.codec {
		return nil
	}
	config := &q.sound.config
	decoder, err := sound.NewDecoder(codec.codec, config.SampleRate, config.Channels)
	if err != nil {
		return &UnsupportedCodecError{MimeType: codec.codec.MimeType(), Err: err}
	}
	q.codec = codec.codec
	q.framer.clockRate = int64(codec.codec.ClockRate())
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
	if p.Discont && q.framer.jump(p.PTS) && q.resampler != nil {
		q.resampler.Reset()
	}
	samples := p.Samples
	if q.resampler != nil {
		samples = q.resampler.Resample(samples)
	}
	q.framer.take(p, samples)
	return nil
}

// put queues a frame. spare is the memory of one that is dropped, if any is.
func (q *soundQueue) put(f SoundFrame) (spare []int16) {
	if f.Silence && q.sound.config.Silence != SilenceAlways {
		return f.Samples[:0]
	}
	q.mu.Lock()
	if q.most > 0 && q.frames.n >= q.most {
		spare = q.frames.pop().Samples[:0]
		q.sound.played.overflow.Add(int64(q.sound.config.FrameDuration))
	}
	q.frames.push(f)
	q.mu.Unlock()
	q.sound.played.frames.Add(1)
	select {
	case q.came <- struct{}{}:
	default:
	}
	return spare
}

// take returns the oldest frame, or ctx's error: a slow reader, who always finds a frame, has to stop, too.
func (q *soundQueue) take(ctx context.Context) (f SoundFrame, ok bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.frames.n == 0 {
		return SoundFrame{}, false, nil
	}
	if err := ctx.Err(); err != nil {
		return SoundFrame{}, false, err
	}
	return q.frames.pop(), true, nil
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
		if err := s.whyBroken(); err != nil {
			return err
		}
		ended := isDone(s.done) // before the queue is looked at: nothing comes behind that
		f, ok, err := q.take(ctx)
		if err != nil {
			return err
		}
		if ok {
			err := take(f)
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

// end implements soundOutput.
func (q *soundQueue) end() bool {
	q.framer.end()
	return true
}

func (q *soundQueue) closeResampler() {
	if q.resampler != nil {
		q.resampler.Close()
		q.resampler = nil
	}
}

// close waits until the reader has left, and frees what it did not read.
func (q *soundQueue) close() {
	q.reading.Lock()
	defer q.reading.Unlock()
	q.closeResampler()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.frames = ring[SoundFrame]{}
}
