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
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Stream is what comes of the tracks that a selector gives, one after another: decoded frames for Next, or buffers on an
// element's pad.
//
// Next is for one goroutine at a time. Everything else may be called from any goroutine, at any time. Close wakes a blocked
// Next, waits for everything that the Stream started, and may be called more than once.
type Stream struct {
	config   Config
	keys     *e2ee.Keys
	selector room.Selector
	layers   room.Layers // of selector; nil where there is nothing to choose
	cancel   context.CancelFunc
	feeding  sync.WaitGroup
	done     chan struct{} // closed when no more frames are fed
	closed   chan struct{} // closed by the first Close
	closing  sync.Once
	// interrupted is closed by Close and by what breaks the stream, which wake the reader of each output then.
	interrupted  chan struct{}
	interrupting sync.Once
	reading      sync.Mutex // held by the one reader, and by Close after it
	paused       atomic.Bool
	choosing     sync.Mutex    // held while a layer is chosen
	wish         *caps.Layer   // what the application wants, nil if it never said; under choosing
	limit        limit         // what is possible; under choosing
	ceiling      ceiling       // decides on limit; only the feed uses it
	size         atomic.Uint64 // of the pictures that are received
	off          atomic.Bool   // by the layer
	shown        time.Duration // of the last frame, on CLOCK_MONOTONIC; only the reader uses it
	dropped      dropped
	fed          fed
	// undecryptable is why the frames of the track are not decrypted, which was told, or nil.
	undecryptable atomic.Pointer[error]
	wanting       chan struct{} // one token: pictures may be wanted, or no longer
	age           atomic.Int64  // Stats.Latency
	ahead         atomic.Int64  // Stats.ClockOffset, 0 while that is not known
	after         time.Duration // highest of a unit of a retired output, in the pad's pipeline; only the feed uses it
	bad           chain.BadDecoders
	keyTimes      video.KeyFrameTimes // what is downstream wants key frames then

	// mu may be taken by GStreamer's threads, which ask for key frames: nothing is
	// done under it that waits for one of them. The locks of an output, a chain and
	// a receiver come after it.
	mu          sync.Mutex
	track       *room.Track       // the current one, or nil
	receiver    *video.Receiver   // that receives it, or nil
	latency     time.Duration     // that was chosen
	adapted     time.Duration     // what the link needs, while AdaptiveLatency is chosen
	outputs     []*output         // the reader takes from the first, the feed goes to the last
	clockOffset mediaclock.Offset // of the publisher
	gone        Stats             // of former tracks, receivers and outputs
	changed     chan struct{}     // one token: there is a first output
	err         error             // why feeding ended; set before done is closed
	broken      error             // why no frame can be read any more
	told        error             // why it ends, as onEnd was told
}

// New receives the tracks that a selector gives. It takes the selector over, also when it fails.
func New(selector room.Selector, config Config) (*Stream, error) {
	err := chain.Init()
	if err == nil {
		err = config.complete()
	}
	layers := selector.Layers()
	if err == nil && config.Layer != nil {
		err = checkLayer(layers, *config.Layer)
	}
	keys := new(e2ee.Keys)
	if err == nil {
		err = keys.Set(config.Passphrase)
		config.Passphrase = "" // not kept
	}
	if err != nil {
		selector.Close()
		return nil, err
	}

	ctx, cancel := context.WithCancel(context.Background())
	s := &Stream{
		config:      config,
		keys:        keys,
		selector:    selector,
		layers:      layers,
		cancel:      cancel,
		done:        make(chan struct{}),
		closed:      make(chan struct{}),
		interrupted: make(chan struct{}),
		latency:     config.Latency,
		adapted:     rtp.StartLatency,
		changed:     make(chan struct{}, 1),
		wanting:     make(chan struct{}, 1),
	}
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

// Next waits for the next frame and calls take with it, before Close can return. An error of take ends the Stream.
//
// It returns io.EOF at the end, after the frames that were queued; the error that ended the Stream; [ErrClosed] after Close;
// [ErrConcurrentNext] while another goroutine is in Next; or ctx's error, after which reading can go on. Every other error
// is final: further calls return it again.
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

// fail ends the stream because of a frame that cannot be given, or of an error of ours. The first reason stands.
func (s *Stream) fail(err error) {
	s.mu.Lock()
	if s.broken == nil {
		s.broken = err
	}
	s.mu.Unlock()
	s.cancel()
	s.interrupt()
}

// interrupt makes the reader look why.
func (s *Stream) interrupt() {
	s.interrupting.Do(func() { close(s.interrupted) })
	s.wakeReader()
}

// whyBroken is why no frame can be read any more, or nil.
func (s *Stream) whyBroken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
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
			return out, nil
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

// Close stops receiving, drops what is queued, and frees everything but the frames
// not yet released. A Next that waits returns [ErrClosed]. Close returns when all
// that is done, in every goroutine that calls it, and always returns nil.
func (s *Stream) Close() error {
	s.closing.Do(func() {
		close(s.closed)
		s.interrupt()
		s.cancel()
		s.feeding.Wait()
		s.selector.Close()
		s.reading.Lock() // the reader has left, and does not come back
		defer s.reading.Unlock()
		for out := s.firstOutput(); out != nil; out = s.firstOutput() {
			s.dropOutput(out)
		}
	})
	return nil
}

// End stops receiving; what was received still comes out, then io.EOF.
func (s *Stream) End() { s.cancel() }

// Done is closed when nothing more is received.
func (s *Stream) Done() <-chan struct{} { return s.done }

// Err returns why receiving ended: io.EOF for an ordinary end, nil before it.
func (s *Stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Muted reports whether the publisher has muted the track that is being received: it
// sends nothing, and Next waits until it does again. It is false while there is no
// track, and always for a stream of [FromTrack], which is not told. There is no event
// for it in the stream; LiveKit's SDK calls OnTrackMuted and OnTrackUnmuted, of the
// room or of the participant, when it changes.
func (s *Stream) Muted() bool {
	s.mu.Lock()
	track := s.track
	s.mu.Unlock()
	return track != nil && track.Muted()
}

// SetPaused drops what arrives, or goes on with the next key frame, which it asks
// for. The server goes on sending: see [Layer] to stop it.
func (s *Stream) SetPaused(paused bool) {
	before := s.paused.Swap(paused)
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

// requestKeyFrameAt asks the publisher for a key frame that is the first frame after a
// moment; the zero time is RequestKeyFrame. Without a track it counts for the next.
func (s *Stream) requestKeyFrameAt(at time.Time) {
	if at.IsZero() {
		s.RequestKeyFrame()
		return
	}
	s.keyTimes.Add(at) // first: a receiver that begins now looks at it
	s.mu.Lock()
	receiver := s.receiver
	s.mu.Unlock()
	if receiver != nil {
		receiver.KeyFrameTimesChanged()
	}
}

// Started reports whether there is a decoder, or what hands the stream on without
// one: from the first key frame on. Then EOS comes from there.
func (s *Stream) Started() bool { return s.firstOutput() != nil }

func isDone(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// ended takes down why there is nothing more to receive.
func (s *Stream) ended(err error) {
	var internal *guard.Error
	if errors.As(err, &internal) {
		s.Panicked(internal)
		return
	}
	if err == nil || errors.Is(err, context.Canceled) {
		err = io.EOF
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// Panicked implements guard.Owner: it is the stream's error.
func (s *Stream) Panicked(err *guard.Error) {
	s.config.Logger.Error(err.Error(), "stack", string(err.Stack))
	s.fail(err)
}

// finish says that nothing more is received, and ends the last output, so that the reader gets what is queued.
func (s *Stream) finish() {
	defer close(s.done)
	guard.Do("engine: end", s, s.endOutput)
	guard.Do("engine: tell the end", s, s.tellEnd) // when ending has panicked
}

// tellEnd says why the stream ends, unless it has been said.
func (s *Stream) tellEnd() {
	s.mu.Lock()
	if s.broken != nil {
		s.err = s.broken
	}
	err, told := s.err, s.told
	s.told = err
	s.mu.Unlock()
	if s.config.OnEnd != nil && !errors.Is(err, told) {
		s.config.OnEnd(err)
	}
}

// endOutput says why before anybody can see that nothing more comes.
func (s *Stream) endOutput() {
	s.tellEnd()
	if last := s.lastOutput(); last != nil && !last.chain.End() {
		s.dropOutput(last) // so that whoever has the pad knows that no EOS comes by itself
	}
}
