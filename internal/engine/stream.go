package engine

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Stream receives the tracks that a selector gives, one after another. It gives decoded frames to Next, or pushes
// buffers on an element's pad.
//
// Next is for one goroutine at a time. Everything else may be called from any goroutine, at any time. Close wakes a blocked
// Next, waits for everything that the Stream started, and may be called more than once.
type Stream struct {
	encryption
	ending

	config   Config
	selector room.Selector
	layers   room.Layers // of selector; nil if there are no layers to choose from
	feeding  sync.WaitGroup
	closed   chan struct{} // closed by the first Close
	closing  sync.Once
	// interrupted is closed by Close and when the stream fails, which also wakes the reader of each output.
	interrupted  chan struct{}
	interrupting sync.Once
	reading      sync.Mutex // held by the one reader, and by Close after the reader
	paused       atomic.Bool
	choosing     sync.Mutex    // held while a layer is chosen
	wish         *caps.Layer   // the layer that the application wants, nil if it never chose; under choosing
	limit        limit         // the limit in force; under choosing
	ceiling      ceiling       // decides on limit; only the feed uses it
	size         atomic.Uint64 // of the received pictures
	off          atomic.Bool   // the layer requests no frames
	shown        time.Duration // when the last frame is shown, on CLOCK_MONOTONIC; only the reader uses it
	dropped      dropped
	fed          fed
	wanting      chan struct{} // gets a token when pictures may have become wanted or unwanted
	clock        publisherClock
	after        time.Duration // highest presentation time of the retired outputs, in the pad's pipeline; only the feed uses it
	bad          chain.BadDecoders
	keyTimes     video.KeyFrameTimes // when downstream wants key frames

	// mu may be locked by GStreamer's threads, which request key frames: do not wait for one of them while holding it. It
	// is locked before the locks of an output, a chain and a receiver.
	mu       sync.Mutex
	track    *room.Track     // the current one, or nil
	receiver *video.Receiver // of track, or nil
	latency  time.Duration   // the latency that was set
	adapted  time.Duration   // what the network needs, with AdaptiveLatency
	played   time.Time       // when the Stream was first not paused, or zero
	outputs  []*output       // the reader reads from the first, the feed pushes to the last
	gone     Stats           // counts of former tracks, receivers and outputs
	changed  chan struct{}   // gets a token when there is a first output
}

// New receives the tracks that a selector gives. It takes ownership of the selector, also if it fails.
func New(selector room.Selector, config Config) (*Stream, error) {
	err := chain.Init()
	if err == nil {
		err = config.complete()
	}
	layers := selector.Layers()
	if err == nil && config.Layer != nil {
		err = checkLayer(layers, *config.Layer)
	}
	s := new(Stream)
	if err == nil {
		err = s.set(config.Passphrase, config.Encryption, config.Logger, config.OnDecryptError)
		config.Passphrase = "" // it is not kept in memory
	}
	if err != nil {
		selector.Close()
		return nil, err
	}

	ctx, cancel := context.WithCancel(context.Background())
	s.config = config
	s.selector = selector
	s.layers = layers
	s.ending = ending{
		cancel: cancel, done: make(chan struct{}), onEnd: config.OnEnd, failed: s.interrupt, log: config.Logger,
	}
	s.closed = make(chan struct{})
	s.interrupted = make(chan struct{})
	s.latency = config.Latency
	s.adapted = rtp.StartLatency
	s.changed = make(chan struct{}, 1)
	s.wanting = make(chan struct{}, 1)
	s.bad.Final = config.UndecodableEnd
	s.paused.Store(config.Paused)
	if config.Layer != nil {
		s.off.Store(config.Layer.Off())
		s.wish = config.Layer
		layers.SetLayer(s.layer())
	}
	selector.OnExpected(s.prepare)
	guard.Go(&s.feeding, "engine: feed", s, func() { s.ended(s.feed(ctx)) }, s.finish)
	return s, nil
}

// Next waits for the next frame and calls take with it; Close waits for that call. An error of take ends the Stream.
//
// It returns io.EOF at the end, after the frames that were queued; the error that ended the Stream; [ErrClosed] after
// Close; [ErrConcurrentNext] while another goroutine is in Next; or ctx's error, even if frames are queued, after which reading can
// continue. Every other error is final: further calls return it again.
func (s *Stream) Next(ctx context.Context, take func(Frame) error) error {
	if !s.reading.TryLock() {
		if isDone(s.closed) {
			return ErrClosed
		}
		return ErrConcurrentNext
	}
	defer s.reading.Unlock()

	for {
		out, err := s.waitOutput(ctx)
		if err != nil {
			return err
		}
		frame, err := out.chain.Next(ctx, s.interrupted)
		switch {
		case isDone(s.closed):
			if err == nil {
				frame.Release()
			}
			return ErrClosed
		case errors.Is(err, io.EOF):
			s.dropOutput(out)
			continue
		case errors.Is(err, chain.ErrInterrupted):
			continue
		case err != nil:
			return err
		}
		f := out.frame(frame, s.shown+time.Microsecond)
		s.shown = f.Monotonic
		if err := take(f); err != nil {
			s.fail(err)
			return err
		}
		return nil
	}
}

// interrupt makes the reader check the state of the stream.
func (s *Stream) interrupt() {
	s.interrupting.Do(func() { close(s.interrupted) })
	s.wakeReader()
}

// waitOutput returns the output to read from.
func (s *Stream) waitOutput(ctx context.Context) (*output, error) {
	for {
		if isDone(s.closed) {
			return nil, ErrClosed
		}
		if err := s.whyBroken(); err != nil {
			return nil, err
		}
		ended := isDone(s.done)
		if out := s.firstOutput(); out != nil {
			return out, ctx.Err() // a slow reader, who always finds a frame, has to stop, too
		}
		if ended {
			return nil, s.Err()
		}
		select {
		case <-s.changed:
		case <-s.done:
		case <-s.closed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Close stops receiving, drops queued frames, and frees everything except the frames that are not yet released. A
// waiting Next returns [ErrClosed]. Close waits until all of this is done, in every goroutine that calls it, and always
// returns nil.
func (s *Stream) Close() error {
	s.closing.Do(func() {
		close(s.closed)
		s.interrupt()
		s.cancel()
		s.feeding.Wait()
		s.selector.Close()
		s.reading.Lock() // waits until the reader has left
		defer s.reading.Unlock()
		for out := s.firstOutput(); out != nil; out = s.firstOutput() {
			s.dropOutput(out)
		}
	})
	return nil
}

// Muted reports whether the publisher has muted the track that is being received. A muted track sends nothing, and Next
// waits until it is unmuted. Muted is false while there is no track, and always for a single track, whose publisher is
// unknown.
func (s *Stream) Muted() bool {
	s.mu.Lock()
	track := s.track
	s.mu.Unlock()
	return track != nil && track.Muted()
}

// SetPaused drops all received frames while paused is true; with false it continues with the next key frame, which it
// requests. The server keeps sending while paused; SetLayer can stop it.
func (s *Stream) SetPaused(paused bool) {
	before := s.paused.Swap(paused)
	s.mu.Lock()
	if !paused && s.played.IsZero() {
		s.played = time.Now()
	}
	s.mu.Unlock()
	if before && !paused {
		s.RequestKeyFrame()
	}
	if before != paused {
		s.wantingChanged()
	}
}

// RequestKeyFrame asks the publisher for a key frame. Requests in quick
// succession are sent as one.
func (s *Stream) RequestKeyFrame() {
	s.mu.Lock()
	receiver := s.receiver
	s.mu.Unlock()
	if receiver != nil {
		receiver.RequestKeyFrame()
	}
}

// requestKeyFrameAt requests a key frame that is the first frame after a moment; the zero time means now, as in
// RequestKeyFrame. Without a track it applies to the next one.
func (s *Stream) requestKeyFrameAt(at time.Time) {
	if at.IsZero() {
		s.RequestKeyFrame()
		return
	}
	s.keyTimes.Add(at) // first, because a receiver that starts now reads it
	s.mu.Lock()
	receiver := s.receiver
	s.mu.Unlock()
	if receiver != nil {
		receiver.KeyFrameTimesChanged()
	}
}

// Started reports whether there is an output, which is so from the first key frame on. EOS then comes through it.
func (s *Stream) Started() bool { return s.firstOutput() != nil }

func isDone(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// finish ends receiving and the last output, so that the reader gets the queued frames.
func (s *Stream) finish() {
	defer close(s.done)
	guard.Do("engine: end", s, s.endOutput)
	guard.Do("engine: tell the end", s, s.report) // if ending has panicked
}

// endOutput ends the last output. It calls OnEnd first, before anybody can notice the end.
func (s *Stream) endOutput() {
	s.report()
	s.pushBlank()
	if last := s.lastOutput(); last != nil && !last.chain.End() {
		s.dropOutput(last) // so that the owner of the pad knows that no EOS follows
	}
}
