package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/convert"
	"github.com/gst-livekit/gst-livekit/internal/decode"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/receive"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// VideoStream gives the frames of a remote video track.
//
// Next and Frames are for one goroutine at a time. Everything else may be called
// from any goroutine, at any time. Close wakes a blocked Next, waits for
// everything that the stream started, and may be called more than once.
type VideoStream struct {
	config   config
	keys     *e2ee.Keys
	selector room.Selector
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
	wish         *Layer        // what the application wants, nil if it never said; under choosing
	limit        limit         // what is possible; under choosing
	ceiling      ceiling       // decides on limit; only the feed uses it
	size         atomic.Uint64 // of the pictures that are received
	off          atomic.Bool   // by the layer
	shown        time.Duration // of the last frame, on CLOCK_MONOTONIC; only the reader uses it
	// converter makes the RGB that was asked for; nil for other types and for a pad.
	converter *convert.Converter
	dropped   dropped
	fed       fed
	// undecryptable is why the frames of the track are not decrypted, which was told, or nil.
	undecryptable atomic.Pointer[error]
	wanting       chan struct{} // one token: pictures may be wanted, or no longer
	age           atomic.Int64  // Stats.Latency
	after         time.Duration // highest of a unit of a retired output, in the pad's pipeline; only the feed uses it
	bad           decode.BadDecoders
	keyTimes      receive.KeyFrameTimes // what is downstream wants key frames then

	// mu may be taken by GStreamer's threads, which ask for key frames: nothing is
	// done under it that waits for one of them. The locks of an output, a chain and
	// a receiver come after it.
	mu       sync.Mutex
	track    *room.Track       // the current one, or nil
	receiver *receive.Receiver // of that, or nil
	latency  time.Duration     // that was chosen
	adapted  time.Duration     // what the link needs, while AdaptiveLatency is chosen
	outputs  []*output         // the reader takes from the first, the feed goes to the last
	gone     Stats             // of former tracks, receivers and outputs
	changed  chan struct{}     // one token: there is a first output
	err      error             // why feeding ended; set before done is closed
	broken   error             // why no frame can be read any more
	told     error             // why it ends, as onEnd was told
}

// FromTrack receives one subscribed track until it is unpublished or
// unsubscribed; then Next returns io.EOF. The track must not be read by anyone
// else. Pass [WithPLIWriter], or the first frame may take long to come.
//
// The error wraps [ErrNotVideo] for an audio track and [caps.ErrUnknownFormat] for
// a format that there is not, is an [*UnsupportedCodecError] for a codec that this
// package does not know, and wraps [ErrNoLayers] when there is a [WithLayer].
func FromTrack(track *webrtc.TrackRemote, options ...Option) (*VideoStream, error) {
	if track.Kind() != webrtc.RTPCodecTypeVideo {
		return nil, fmt.Errorf("receive track %s: %w", track.ID(), ErrNotVideo)
	}
	if _, err := receivable(track.Codec().MimeType); err != nil {
		return nil, err
	}
	config := newConfig(options)
	if config.layer != nil {
		return nil, fmt.Errorf("receive track %s: %w", track.ID(), ErrNoLayers)
	}
	config.alone = true
	return start(room.SelectTrack(track, config.receiver, config.writePLI), config)
}

// FromParticipant receives whatever the participant publishes from a source: when
// a track is unpublished and another one of that source published, in whatever
// codec, frames go on. It subscribes to the track if the room does not do that by
// itself.
//
// It ends with io.EOF when the participant leaves, or when the room is left or
// closed. A server that was lost and came back is no end, unless the SDK makes new
// participants when it joins the room again: then those of before have left.
//
// The error wraps [ErrNotVideo] for an audio source and [caps.ErrUnknownFormat] for
// a format that there is not.
func FromParticipant(
	participant *lksdk.RemoteParticipant, source livekit.TrackSource, options ...Option,
) (*VideoStream, error) {
	if source == livekit.TrackSource_MICROPHONE || source == livekit.TrackSource_SCREEN_SHARE_AUDIO {
		return nil, fmt.Errorf("receive %s of %q: %w", source, participant.Identity(), ErrNotVideo)
	}
	return start(room.SelectParticipant(participant, source), newConfig(options))
}

// New receives the tracks that a selector gives, and closes it. It is for this
// module's element; its types are internal.
func New(selector room.Selector, options ...Option) (*VideoStream, error) {
	return start(selector, newConfig(options))
}

// start takes the selector over, also when it fails.
func start(selector room.Selector, config config) (*VideoStream, error) {
	err := decode.Init()
	if f := config.format; err == nil && f != nil && !f.Valid() {
		err = fmt.Errorf("receive frames as %v: %w", *f, caps.ErrUnknownFormat)
	}
	if err == nil && config.layer != nil {
		err = config.layer.room().Validate()
	}
	keys := new(e2ee.Keys)
	if err == nil {
		err = keys.Set(config.passphrase)
		config.passphrase = "" // not kept
	}
	if err != nil {
		selector.Close()
		return nil, err
	}

	ctx, cancel := context.WithCancel(context.Background())
	s := &VideoStream{
		config:      config,
		keys:        keys,
		selector:    selector,
		cancel:      cancel,
		done:        make(chan struct{}),
		closed:      make(chan struct{}),
		interrupted: make(chan struct{}),
		latency:     config.latency,
		adapted:     StartLatency,
		changed:     make(chan struct{}, 1),
		wanting:     make(chan struct{}, 1),
	}
	if f := config.format; f != nil && convert.IsRGB(*f) && config.pad == nil {
		s.converter = convert.NewConverter(*f)
	}
	s.bad.Final = config.undecodable
	s.paused.Store(config.paused)
	if config.layer != nil {
		s.off.Store(config.layer.off())
		s.wish = config.layer
		selector.SetLayer(config.layer.room())
	}
	selector.OnExpected(s.prepare)
	guard.Go(&s.feeding, "stream: feed", s, func() { s.ended(s.feed(ctx)) }, s.finish)
	return s, nil
}

// Next waits for the next frame. The frame is the caller's until its Release.
//
// It returns io.EOF at the end, after the frames that were queued; the error that
// ended the stream, such as an [*UnsupportedCodecError]; [ErrClosed] after Close;
// [ErrConcurrentNext] while another goroutine is in Next; or ctx's error, after
// which reading can go on. Every other error is final: further calls return it
// again.
func (s *VideoStream) Next(ctx context.Context) (VideoFrameEvent, error) {
	if !s.reading.TryLock() {
		if isDone(s.closed) {
			return VideoFrameEvent{}, ErrClosed
		}
		return VideoFrameEvent{}, ErrConcurrentNext
	}
	defer s.reading.Unlock()

	for {
		out, err := s.waitOutput(ctx)
		if err != nil {
			return VideoFrameEvent{}, err
		}
		frame, err := out.chain.Next(ctx, s.interrupted)
		switch {
		case isDone(s.closed):
			if err == nil {
				frame.Release()
			}
			return VideoFrameEvent{}, ErrClosed
		case errors.Is(err, io.EOF):
			s.dropOutput(out)
			continue
		case errors.Is(err, decode.ErrInterrupted):
			continue
		case err != nil:
			return VideoFrameEvent{}, err
		}
		event := out.event(frame, s.shown+time.Microsecond)
		s.shown = time.Duration(event.TimestampUs) * time.Microsecond
		if err := s.toFormat(event.Frame); err != nil {
			s.fail(err)
			return VideoFrameEvent{}, err
		}
		return event, nil
	}
}

// toFormat makes the frame one of the type that was asked for, unless the decode
// chain has done so. Frames that were dropped never come here.
func (s *VideoStream) toFormat(f *VideoFrame) error {
	if s.converter == nil || f.Type == *s.config.format {
		return nil
	}
	return f.become(*s.config.format, s.converter)
}

// fail ends the stream because of a frame that cannot be given, or of an error of ours. The first reason stands.
func (s *VideoStream) fail(err error) {
	s.mu.Lock()
	if s.broken == nil {
		s.broken = err
	}
	s.mu.Unlock()
	s.cancel()
	s.interrupt()
}

// interrupt makes the reader look why.
func (s *VideoStream) interrupt() {
	s.interrupting.Do(func() { close(s.interrupted) })
	s.wakeReader()
}

// whyBroken is why no frame can be read any more, or nil.
func (s *VideoStream) whyBroken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// waitOutput returns the output to read from.
func (s *VideoStream) waitOutput(ctx context.Context) (*output, error) {
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

// Frames is Next as a range-over-func iterator: it ends after the last frame, and
// gives any error but io.EOF as its last pair. Each frame is the loop body's to
// release; leaving the loop releases and closes nothing.
func (s *VideoStream) Frames(ctx context.Context) iter.Seq2[VideoFrameEvent, error] {
	return func(yield func(VideoFrameEvent, error) bool) {
		for {
			event, err := s.Next(ctx)
			if errors.Is(err, io.EOF) || !yield(event, err) || err != nil {
				return
			}
		}
	}
}

// Close stops receiving, drops what is queued, and frees everything but the frames
// not yet released. A Next that waits returns [ErrClosed]. Close returns when all
// that is done, in every goroutine that calls it, and always returns nil.
func (s *VideoStream) Close() error {
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
		if s.converter != nil {
			s.converter.Close()
		}
	})
	return nil
}

// End stops receiving; what was received still comes out, then io.EOF.
func (s *VideoStream) End() { s.cancel() }

// Done is closed when nothing more is received.
func (s *VideoStream) Done() <-chan struct{} { return s.done }

// Err returns why receiving ended: io.EOF for an ordinary end, nil before it.
func (s *VideoStream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Muted reports whether the publisher has muted the track that is being received: it
// sends nothing, and Next waits until it does again. It is false while there is no
// track, and always for a stream of [FromTrack], which is not told. There is no event
// for it in the stream; LiveKit's SDK calls OnTrackMuted and OnTrackUnmuted, of the
// room or of the participant, when it changes.
func (s *VideoStream) Muted() bool {
	s.mu.Lock()
	track := s.track
	s.mu.Unlock()
	return track != nil && track.Muted()
}

// SetPaused drops what arrives, or goes on with the next key frame, which it asks
// for. The server goes on sending: see [Layer] to stop it.
func (s *VideoStream) SetPaused(paused bool) {
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
func (s *VideoStream) RequestKeyFrame() {
	s.mu.Lock()
	receiver := s.receiver
	s.mu.Unlock()
	if receiver != nil {
		receiver.RequestKeyFrame()
	}
}

// requestKeyFrameAt asks the publisher for a key frame that is the first frame after a
// moment; the zero time is RequestKeyFrame. Without a track it counts for the next.
func (s *VideoStream) requestKeyFrameAt(at time.Time) {
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
func (s *VideoStream) Started() bool { return s.firstOutput() != nil }

func isDone(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// ended takes down why there is nothing more to receive.
func (s *VideoStream) ended(err error) {
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
func (s *VideoStream) Panicked(err *guard.Error) {
	s.config.logger.Error(err.Error(), "stack", string(err.Stack))
	s.fail(err)
}

// finish says that nothing more is received, and ends the last output, so that the reader gets what is queued.
func (s *VideoStream) finish() {
	defer close(s.done)
	guard.Do("stream: end", s, s.endOutput)
	guard.Do("stream: tell the end", s, s.tellEnd) // when ending has panicked
}

// tellEnd says why the stream ends, unless it has been said.
func (s *VideoStream) tellEnd() {
	s.mu.Lock()
	if s.broken != nil {
		s.err = s.broken
	}
	err, told := s.err, s.told
	s.told = err
	s.mu.Unlock()
	if s.config.onEnd != nil && !errors.Is(err, told) {
		s.config.onEnd(err)
	}
}

// endOutput says why before anybody can see that nothing more comes.
func (s *VideoStream) endOutput() {
	s.tellEnd()
	if last := s.lastOutput(); last != nil && !last.chain.End() {
		s.dropOutput(last) // so that whoever has the pad knows that no EOS comes by itself
	}
}
