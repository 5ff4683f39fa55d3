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
	// converter makes the RGB that was asked for; nil for other types.
	converter *convert.Converter
	format    *caps.VideoBufferType
	closing   sync.Once
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
	if err := engine.Receivable(track.Codec().MimeType); err != nil {
		return nil, public(err)
	}
	config := newConfig(options)
	config.engine.Unaskable = config.writePLI == nil
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

// start takes the selector over, also when it fails.
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

// Next waits for the next frame. The frame is the caller's until its Release.
//
// It returns io.EOF at the end, after the frames that were queued; the error that
// ended the stream, such as an [*UnsupportedCodecError]; [ErrClosed] after Close;
// [ErrConcurrentNext] while another goroutine is in Next; or ctx's error, after
// which reading can go on. Every other error is final: further calls return it
// again.
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

// toFormat makes the frame one of the type that was asked for, unless the decode
// chain has done so. Frames that were dropped never come here.
func (s *VideoStream) toFormat(f *VideoFrame) error {
	if s.converter == nil || f.Type == *s.format {
		return nil
	}
	return f.become(*s.format, s.converter)
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
	_ = s.engine.Close() // never fails
	s.closing.Do(func() {
		if s.converter != nil {
			s.converter.Close() // the reader has left, and does not come back
		}
	})
	return nil
}

// End stops receiving; what was received still comes out, then io.EOF.
func (s *VideoStream) End() { s.engine.End() }

// Done is closed when nothing more is received.
func (s *VideoStream) Done() <-chan struct{} { return s.engine.Done() }

// Err returns why receiving ended: io.EOF for an ordinary end, nil before it.
func (s *VideoStream) Err() error { return public(s.engine.Err()) }

// Muted reports whether the publisher has muted the track that is being received: it
// sends nothing, and Next waits until it does again. It is false while there is no
// track, and always for a stream of [FromTrack], which is not told. There is no event
// for it in the stream; LiveKit's SDK calls OnTrackMuted and OnTrackUnmuted, of the
// room or of the participant, when it changes.
func (s *VideoStream) Muted() bool { return s.engine.Muted() }

// SetPaused drops what arrives, or goes on with the next key frame, which it asks
// for. The server goes on sending: see [Layer] to stop it.
func (s *VideoStream) SetPaused(paused bool) { s.engine.SetPaused(paused) }

// RequestKeyFrame asks the publisher for a key frame. Requests in quick
// succession are sent as one.
func (s *VideoStream) RequestKeyFrame() { s.engine.RequestKeyFrame() }

// SetLatency changes what [WithLatency] sets, also for a packet that is being waited
// for.
func (s *VideoStream) SetLatency(latency time.Duration) { s.engine.SetLatency(latency) }

// Latency returns how late frames may come with all of their packets: the latency
// that was set, or, while that is [AdaptiveLatency], what the network needs at the
// moment. A pipeline has to allow for it.
func (s *VideoStream) Latency() time.Duration { return s.engine.Latency() }
