package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/application"
	"github.com/gst-livekit/gst-livekit/internal/convert"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// VideoStream gives the frames of a remote video track.
//
// Next and Frames are for one goroutine at a time. Everything else may be called
// from any goroutine, at any time. Close wakes a blocked Next, waits for
// everything that the stream started, and may be called more than once.
type VideoStream struct {
	engine *engine.Stream
	// converter makes RGB frames if they were requested; nil for other types.
	converter *convert.Converter
	format    *caps.VideoBufferType
	closing   sync.Once
}

// FromTrack receives one subscribed track until it is unpublished or unsubscribed;
// then Next returns io.EOF. Nothing else may read the track. Pass [WithPLIWriter],
// or the first frame may take long to arrive.
//
// The error wraps [ErrNotVideo] for an audio track, [caps.ErrUnknownFormat] for an
// unknown format, and [ErrNoLayers] if [WithLayer] is given. It is an
// [*UnsupportedCodecError] for a codec that this package does not support.
func FromTrack(track *webrtc.TrackRemote, options ...Option) (*VideoStream, error) {
	if track.Kind() != webrtc.RTPCodecTypeVideo {
		return nil, fmt.Errorf("receive track %s: %w", track.ID(), ErrNotVideo)
	}
	if err := engine.Receivable(track.Codec().MimeType); err != nil {
		return nil, public(err)
	}
	config := newConfig(options)
	config.engine.Unaskable = config.writePLI == nil
	return start(application.SelectTrack(track, config.receiver, config.writePLI), config)
}

// FromParticipant receives the tracks that the participant publishes from a source.
// When a track is unpublished and another one from that source is published, frames
// continue, whatever its codec. It subscribes to the track if the room does not do
// so automatically.
//
// It ends with io.EOF when the participant leaves, or when the room is left or
// closed. A reconnect to the server does not end it, unless the SDK has to join the
// room again: it then makes new participants, and the former ones count as having
// left.
//
// The error wraps [ErrNotVideo] for an audio source and [caps.ErrUnknownFormat] for
// an unknown format.
func FromParticipant(
	participant *lksdk.RemoteParticipant, source livekit.TrackSource, options ...Option,
) (*VideoStream, error) {
	if source == livekit.TrackSource_MICROPHONE || source == livekit.TrackSource_SCREEN_SHARE_AUDIO {
		return nil, fmt.Errorf("receive %s of %q: %w", source, participant.Identity(), ErrNotVideo)
	}
	return start(application.SelectParticipant(participant, caps.Video, source), newConfig(options))
}

// start takes ownership of the selector, also if it fails.
func start(selector room.Selector, config config) (*VideoStream, error) {
	s := &VideoStream{format: config.engine.Format}
	if f := s.format; f != nil && convert.IsRGB(*f) {
		config.engine.Unconverted = slices.DeleteFunc(caps.Types(), convert.IsRGB)
	}
	var err error
	if s.engine, err = engine.New(selector, config.engine); err != nil {
		return nil, err
	}
	if config.engine.Unconverted != nil {
		s.converter = convert.NewConverter(*s.format)
	}
	return s, nil
}

// Next waits for the next frame. The frame belongs to the caller until Release.
//
// It returns io.EOF at the end, after the frames that were queued; the error that
// ended the stream, such as an [*UnsupportedCodecError]; [ErrClosed] after Close;
// [ErrConcurrentNext] while another goroutine is in Next; or ctx's error, even if
// frames are queued, after which reading can continue. Every other error is final:
// further calls return it again.
func (s *VideoStream) Next(ctx context.Context) (VideoFrameEvent, error) {
	var event VideoFrameEvent
	err := s.engine.Next(ctx, func(frame engine.Frame) error {
		event = newEvent(frame)
		return s.toFormat(event.Frame)
	})
	if err != nil {
		return VideoFrameEvent{}, public(err)
	}
	return event, nil
}

// toFormat converts the frame to the requested type, unless the chain has done so.
// Dropped frames are never converted.
func (s *VideoStream) toFormat(f *VideoFrame) error {
	if s.converter == nil || f.Type == *s.format {
		return nil
	}
	return f.become(*s.format, s.converter)
}

// Frames is Next as a range-over-func iterator: it ends after the last frame, and
// yields any error except io.EOF as its last pair. The loop body must release each
// frame; leaving the loop does not release or close anything.
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

// Close stops receiving, drops queued frames, and frees everything except the
// frames that are not yet released. A waiting Next returns [ErrClosed]. Close waits
// until all of this is done, in every goroutine that calls it, and always returns
// nil.
func (s *VideoStream) Close() error {
	_ = s.engine.Close() // never fails
	s.closing.Do(func() {
		if s.converter != nil {
			s.converter.Close() // no reader uses it any more
		}
	})
	return nil
}

// End stops receiving; Next returns the frames received so far, then io.EOF.
func (s *VideoStream) End() { s.engine.End() }

// Done is closed when nothing more is received.
func (s *VideoStream) Done() <-chan struct{} { return s.engine.Done() }

// Err returns why receiving ended: io.EOF for an ordinary end, nil before it.
func (s *VideoStream) Err() error { return public(s.engine.Err()) }

// Muted reports whether the publisher has muted the track that is being received. A
// muted track sends nothing, and Next waits until it is unmuted. Muted is false
// while there is no track, and always for a stream of [FromTrack], which cannot
// know. The stream has no event for it; LiveKit's SDK calls OnTrackMuted and
// OnTrackUnmuted of the room or the participant.
func (s *VideoStream) Muted() bool { return s.engine.Muted() }

// SetPaused drops all received frames while paused is true; with false it continues
// with the next key frame, which it requests. The server keeps sending while
// paused; [Layer] can stop it.
func (s *VideoStream) SetPaused(paused bool) { s.engine.SetPaused(paused) }

// RequestKeyFrame asks the publisher for a key frame. Requests in quick
// succession are sent as one.
func (s *VideoStream) RequestKeyFrame() { s.engine.RequestKeyFrame() }

// SetLatency changes the latency set by [WithLatency], also while a missing packet
// is being waited for.
func (s *VideoStream) SetLatency(latency time.Duration) { s.engine.SetLatency(latency) }

// Latency returns how late a frame can be when its last packet arrives: the latency
// that was set or, with [AdaptiveLatency], what the network currently needs. A
// pipeline must add it to its latency.
func (s *VideoStream) Latency() time.Duration { return s.engine.Latency() }
