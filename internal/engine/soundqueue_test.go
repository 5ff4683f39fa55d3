package engine

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/playout"
	"github.com/gst-livekit/gst-livekit/internal/sound"
)

const ms = time.Millisecond

// queueOf is the output to Next of a Sound without tracks.
func queueOf(t *testing.T, config SoundConfig) *soundQueue {
	t.Helper()
	config.SampleRate = cmp.Or(config.SampleRate, 48000)
	config.Channels = cmp.Or(config.Channels, 1)
	config.FrameDuration = cmp.Or(config.FrameDuration, 10*ms)
	config.Silence = SilenceAlways
	if err := config.complete(); err != nil {
		t.Fatal(err)
	}
	s := &Sound{
		ending: ending{done: make(chan struct{}), cancel: func() {}},
		config: config, closed: make(chan struct{}), epoch: time.Now(),
	}
	q := newSoundQueue(s)
	q.framer.clockRate = 48000
	s.out = q
	return q
}

// pieceOf is a piece of samples that count up from a number.
func pieceOf(pts time.Duration, samples, from int) *playout.Piece {
	p := &playout.Piece{PTS: pts, Duration: sound.Length(int64(samples), 48000)}
	for i := range samples {
		p.Samples = append(p.Samples, int16(from+i))
	}
	return p
}

// mustTake gives pieces to the queue.
func mustTake(t *testing.T, q *soundQueue, pieces ...*playout.Piece) {
	t.Helper()
	for _, p := range pieces {
		if err := q.Take(p); err != nil {
			t.Fatal(err)
		}
	}
}

// all returns the frames in the queue. Times are relative to the epoch.
func all(q *soundQueue) (frames []SoundFrame) {
	for {
		f, ok, _ := q.take(context.Background())
		if !ok {
			return frames
		}
		f.PTS -= q.framer.monotonic
		frames = append(frames, f)
	}
}

func TestFramesOfSoundAreContiguous(t *testing.T) {
	for name, row := range map[string]SoundConfig{
		"10 ms":               {},
		"2.5 ms":              {FrameDuration: 2500 * time.Microsecond},
		"1 s, 2":              {FrameDuration: time.Second, Channels: 2},
		"11025 Hz":            {SampleRate: 11025, FrameDuration: 2500 * time.Microsecond},
		"uneven, 2":           {SampleRate: 44100, FrameDuration: 7 * ms, Channels: 2},
		"longer than a piece": {FrameDuration: 33 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			row.Capacity = Unbounded
			q := queueOf(t, row)
			channels, sample := q.framer.channels, 0
			for i, n := range []int{960, 961, 959, 7, 2000, 48000, 48000} {
				p := pieceOf(0, n*channels, sample)
				p.PTS, p.Discont = 100*ms+sound.Length(int64(sample/channels), q.framer.rate), i == 0
				sample += n * channels
				mustTake(t, q, p)
			}
			frames := all(q)
			if want := sample / q.framer.size; len(frames) != want {
				t.Fatalf("%d frames, want %d", len(frames), want)
			}
			for i, f := range frames {
				if want := 100*ms + sound.Length(int64(i*q.framer.size/channels), q.framer.rate); f.PTS != want {
					t.Errorf("frame %d is due at %v, want %v", i, f.PTS, want)
				}
				if len(f.Samples) != q.framer.size || f.Samples[0] != int16(i*q.framer.size) || cap(f.Samples) > 2*q.framer.size {
					t.Fatalf("frame %d has %d samples, the first is %d", i, len(f.Samples), f.Samples[0])
				}
			}
		})
	}
}

func TestAJumpFillsTheFrameBeforeIt(t *testing.T) {
	for name, row := range map[string]struct {
		jump  time.Duration // from the end of the first piece, which has 15 ms
		begin []time.Duration
		again int // at which sample of all the second piece begins
	}{
		"into the frame":     {3 * ms, []time.Duration{0, 10 * ms, 20 * ms}, 18 * 48},
		"to its end":         {5 * ms, []time.Duration{0, 10 * ms, 20 * ms}, 20 * 48},
		"beyond it":          {7 * ms, []time.Duration{0, 10 * ms, 22 * ms}, 20 * 48},
		"far":                {time.Hour, []time.Duration{0, 10 * ms, time.Hour + 15*ms}, 20 * 48},
		"days away":          {100 * time.Hour, []time.Duration{0, 10 * ms, 100*time.Hour + 15*ms}, 20 * 48},
		"none":               {0, []time.Duration{0, 10 * ms, 20 * ms}, 15 * 48},
		"less than is heard": {ms / 2, []time.Duration{0, 10 * ms, 20 * ms}, 15 * 48},
		"back":               {-5 * ms, []time.Duration{0, 10 * ms, 20 * ms}, 15 * 48},
	} {
		t.Run(name, func(t *testing.T) {
			q := queueOf(t, SoundConfig{Capacity: Unbounded})
			one, two := pieceOf(0, 15*48, 1), pieceOf(15*ms+row.jump, 15*48, 1)
			one.Discont, two.Discont = true, true
			mustTake(t, q, one, two)
			q.end()
			var samples []int16
			for i, f := range all(q) {
				if i < len(row.begin) && f.PTS != row.begin[i] {
					t.Errorf("frame %d is due at %v, want %v", i, f.PTS, row.begin[i])
				}
				samples = append(samples, f.Samples...)
			}
			if len(samples)%480 != 0 || len(samples) < row.again+15*48 || samples[row.again] != 1 || samples[15*48-1] != 15*48 {
				t.Fatalf("%d samples, %v", len(samples), samples)
			}
			for i, s := range samples[15*48 : row.again] {
				if s != 0 {
					t.Errorf("sample %d behind the first piece is %d", i, s)
				}
			}
			for i, s := range samples[row.again+15*48:] {
				if s != 0 {
					t.Errorf("sample %d behind the end is %d", i, s)
				}
			}
		})
	}
}

func TestFramesHaveTheTimesOfTheirFirstSample(t *testing.T) {
	q := queueOf(t, SoundConfig{Capacity: Unbounded})
	captured, received := time.Unix(1000, 0), time.Unix(2000, 0)
	one, made, two := pieceOf(0, 960, 0), pieceOf(20*ms, 240, 0), pieceOf(25*ms, 720, 0)
	one.Discont = true
	one.Frame = &audio.Frame{RTPTimestamp: 5000, Duration: 20 * ms, CaptureTime: captured, ReceivedAt: received}
	made.Kind = playout.Concealed
	// Of the second packet the first 5 ms are cut off.
	two.Frame = &audio.Frame{RTPTimestamp: 5960, Duration: 20 * ms, CaptureTime: captured.Add(20 * ms), ReceivedAt: received.Add(20 * ms)}
	mustTake(t, q, one, made, two)
	frames := all(q)
	for i, want := range []SoundFrame{
		{RTPTimestamp: 5000, CaptureTime: captured, ReceivedAt: received},
		{RTPTimestamp: 5480, CaptureTime: captured.Add(10 * ms), ReceivedAt: received},
		{RTPTimestamp: 5960, CaptureTime: captured.Add(20 * ms), ReceivedAt: received.Add(20 * ms), Concealed: true},
		{RTPTimestamp: 6440, CaptureTime: captured.Add(30 * ms), ReceivedAt: received.Add(20 * ms)},
	} {
		got := frames[i]
		got.Samples, got.PTS = nil, 0
		if got.RTPTimestamp != want.RTPTimestamp || !got.CaptureTime.Equal(want.CaptureTime) ||
			!got.ReceivedAt.Equal(want.ReceivedAt) || got.Concealed != want.Concealed || got.Silence {
			t.Errorf("frame %d is %+v, want %+v", i, got, want)
		}
	}
	quiet, said := pieceOf(40*ms, 480, 0), pieceOf(50*ms, 480, 0)
	quiet.Kind = playout.Silent
	said.Frame = &audio.Frame{RTPTimestamp: 9000, Duration: 10 * ms, ReceivedAt: received, Silent: true}
	mustTake(t, q, quiet, said)
	frames = all(q)
	if f := frames[0]; !f.Silence || f.RTPTimestamp != 6920 || !f.ReceivedAt.IsZero() || !f.CaptureTime.IsZero() {
		t.Errorf("silence is %+v", f)
	}
	if f := frames[1]; !f.Silence || f.RTPTimestamp != 9000 || f.ReceivedAt.IsZero() {
		t.Errorf("what the publisher calls silence is %+v", f)
	}
}

func TestResampledFramesAreContiguous(t *testing.T) {
	for _, rate := range []int{44100, 32000, 11025, 192000} {
		q := queueOf(t, SoundConfig{SampleRate: rate, Capacity: Unbounded})
		q.resampler = sound.NewResampler(48000, rate, 1)
		for i := range 500 {
			p := pieceOf(time.Duration(i)*20*ms, 960, 0)
			p.Discont = i == 0
			mustTake(t, q, p)
		}
		q.end()
		frames := all(q)
		for i := 1; i < len(frames); i++ {
			if got, want := frames[i].PTS-frames[i-1].PTS, sound.Length(int64(q.framer.size), rate); (got - want).Abs() > 1 {
				t.Fatalf("%d Hz: frame %d is due %v after the one before, want %v", rate, i, got, want)
			}
		}
		if got := sound.Length(int64(len(frames)*q.framer.size), rate); (got - 10*time.Second).Abs() > 10*ms {
			t.Errorf("%d Hz: %v of sound, want 10 s", rate, got)
		}
		q.close()
	}
}

func TestASlowReaderLosesTheOldestSound(t *testing.T) {
	for capacity, want := range map[time.Duration]int{0: 1, 10 * ms: 1, 75 * ms: 7, Unbounded: 100} {
		q := queueOf(t, SoundConfig{Capacity: capacity})
		for i := range 50 {
			p := pieceOf(time.Duration(i)*20*ms, 960, 960*i)
			p.Discont = i == 0
			mustTake(t, q, p)
		}
		frames := all(q)
		if len(frames) != want {
			t.Fatalf("%v: %d frames, want %d", capacity, len(frames), want)
		}
		for i, f := range frames {
			at := 100 - want + i
			if f.PTS != time.Duration(at)*10*ms || f.Samples[0] != int16(480*at) {
				t.Errorf("%v: frame %d is due at %v, and begins with %d", capacity, at, f.PTS, f.Samples[0])
			}
		}
		if stats := q.sound.Stats(); stats.Frames != 100 || stats.DroppedOverflow != time.Duration(100-want)*10*ms {
			t.Errorf("%v: %+v", capacity, stats)
		}
	}
}

// nextOf calls Next and returns its error.
func nextOf(ctx context.Context, q *soundQueue) error {
	return q.sound.Next(ctx, func(SoundFrame) error { return nil })
}

func TestQueuedSoundComesBeforeTheEnd(t *testing.T) {
	q := queueOf(t, SoundConfig{Capacity: Unbounded})
	p := pieceOf(0, 1200, 0)
	p.Discont = true
	mustTake(t, q, p)
	q.sound.ended(nil)
	q.end()
	close(q.sound.done)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for i := range 3 {
		if err := nextOf(over, q); !errors.Is(err, context.Canceled) {
			t.Errorf("before frame %d: %v", i, err)
		}
		if err := nextOf(t.Context(), q); err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
	}
	for range 2 {
		if err := nextOf(over, q); !errors.Is(err, io.EOF) {
			t.Errorf("behind the last frame: %v", err)
		}
	}
}

func TestAReaderOfSoundIsWoken(t *testing.T) {
	chainInit(t)
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		wake func(q *soundQueue, cancel context.CancelFunc)
		want error
	}{
		"close":   {func(q *soundQueue, _ context.CancelFunc) { close(q.sound.closed); q.close() }, ErrClosed},
		"end":     {func(q *soundQueue, _ context.CancelFunc) { q.sound.ended(nil); close(q.sound.done) }, io.EOF},
		"failure": {func(q *soundQueue, _ context.CancelFunc) { q.sound.fail(broken); close(q.sound.done) }, broken},
		"context": {func(_ *soundQueue, cancel context.CancelFunc) { cancel() }, context.Canceled},
		"sound": {func(q *soundQueue, _ context.CancelFunc) {
			p := pieceOf(0, 480, 0)
			p.Discont = true
			_ = q.Take(p)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := queueOf(t, SoundConfig{})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var err error
				var reading sync.WaitGroup
				reading.Go(func() { err = nextOf(ctx, q) })
				synctest.Wait()
				if second := nextOf(ctx, q); !errors.Is(second, ErrConcurrentNext) {
					t.Errorf("a second Next: %v", second)
				}
				row.wake(q, cancel)
				reading.Wait()
				if !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
					t.Errorf("Next: %v, want %v", err, row.want)
				}
			})
		})
	}
}

func TestWhatTheTakerOfSoundSaysIsFinal(t *testing.T) {
	q := queueOf(t, SoundConfig{Capacity: Unbounded})
	p := pieceOf(0, 960, 0)
	p.Discont = true
	mustTake(t, q, p)
	refused := errors.New("refused")
	for range 2 {
		err := q.sound.Next(t.Context(), func(SoundFrame) error { return refused })
		if !errors.Is(err, refused) {
			t.Errorf("Next: %v", err)
		}
	}
	if q.frames.n != 1 {
		t.Errorf("%d frames are left, want 1", q.frames.n)
	}
}

func TestSilentFramesCanBeLeftOut(t *testing.T) {
	q := queueOf(t, SoundConfig{Capacity: Unbounded})
	q.sound.config.Silence = SilenceNone
	one, quiet, two := pieceOf(0, 720, 0), pieceOf(15*ms, 4800, 0), pieceOf(115*ms, 720, 0)
	one.Discont, quiet.Kind = true, playout.Silent
	mustTake(t, q, one, quiet, two)
	var at []time.Duration
	for _, f := range all(q) {
		at = append(at, f.PTS)
	}
	if want := []time.Duration{0, 10 * ms, 110 * ms, 120 * ms}; !slices.Equal(at, want) {
		t.Errorf("frames at %v, want %v", at, want)
	}
}

func TestFormsOfSound(t *testing.T) {
	for _, change := range []func(c *SoundConfig){
		func(c *SoundConfig) { c.SampleRate = 7999 },
		func(c *SoundConfig) { c.SampleRate = 192001 },
		func(c *SoundConfig) { c.SampleRate = 0 },
		func(c *SoundConfig) { c.Channels = 3 },
		func(c *SoundConfig) { c.Channels = 0 },
		func(c *SoundConfig) { c.FrameDuration = 2 * ms },
		func(c *SoundConfig) { c.FrameDuration = time.Second + 1 },
		func(c *SoundConfig) { c.FrameDuration = 0 },
	} {
		config := SoundConfig{SampleRate: 48000, Channels: 2, FrameDuration: 10 * ms}
		change(&config)
		if err := config.complete(); !errors.Is(err, ErrUnknownSound) {
			t.Errorf("%+v: %v", config, err)
		}
	}
}

func TestARingKeepsTheOrder(t *testing.T) {
	var r ring[int]
	in, out := 0, 0
	for round := range 100 {
		for range round%7 + 1 {
			r.push(in)
			in++
		}
		for range min(round%5+1, r.n) {
			if got := r.pop(); got != out {
				t.Fatalf("got %d, want %d", got, out)
			}
			out++
		}
	}
	if r.n != in-out {
		t.Errorf("%d left, want %d", r.n, in-out)
	}
}

func TestFramesOfSoundCostOneAllocation(t *testing.T) {
	q := queueOf(t, SoundConfig{Capacity: Unbounded})
	p := pieceOf(0, 480, 0)
	per := testing.AllocsPerRun(1000, func() {
		_ = q.Take(p)
		_, _, _ = q.take(context.Background())
	})
	if per != 1 {
		t.Errorf("%v allocations, want the samples, which belong to the reader", per)
	}
}

// chainInit starts what tells CLOCK_MONOTONIC, outside of a bubble.
func chainInit(t *testing.T) {
	t.Helper()
	if err := chain.Init(); err != nil {
		t.Fatal(err)
	}
}
