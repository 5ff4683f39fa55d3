package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/application"
	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// AudioStream gives the sound of a remote audio track in frames of one length, one
// directly after another.
//
// Next and Frames are for one goroutine at a time. Everything else may be called
// from any goroutine, at any time. Close wakes a blocked Next, waits for
// everything that the stream started, and may be called more than once.
type AudioStream struct {
	engine *engine.Sound
	config engine.SoundConfig
}

// AudioFromTrack receives one subscribed track until it is unpublished or
// unsubscribed; then Next returns io.EOF. Nothing else may read the track.
//
// The error wraps [ErrNotAudio] for a video track, and [ErrUnknownSound] for frames
// that cannot be made. It is an [*UnsupportedCodecError] for a codec that this
// package does not support.
func AudioFromTrack(track *webrtc.TrackRemote, options ...AudioOption) (*AudioStream, error) {
	if track.Kind() != webrtc.RTPCodecTypeAudio {
		return nil, fmt.Errorf("receive track %s: %w", track.ID(), ErrNotAudio)
	}
	config := newAudioConfig(options)
	if _, err := engine.SoundReceivable(application.CodecOf(track, config.receiver).MimeType); err != nil {
		return nil, public(err)
	}
	return startAudio(application.SelectTrack(track, config.receiver, nil), config)
}

// AudioFromParticipant receives the tracks that the participant publishes from a
// source: livekit.TrackSource_MICROPHONE, _SCREEN_SHARE_AUDIO, or _UNKNOWN for
// either. When a track is unpublished and another one from that source is published,
// the sound continues; between them there is silence. It subscribes to the track if
// the room does not do so automatically.
//
// It ends with io.EOF as a stream of [FromParticipant] does.
//
// The error wraps [ErrNotAudio] for a video source, and [ErrUnknownSound] for frames
// that cannot be made.
func AudioFromParticipant(
	participant *lksdk.RemoteParticipant, source livekit.TrackSource, options ...AudioOption,
) (*AudioStream, error) {
	if source == livekit.TrackSource_CAMERA || source == livekit.TrackSource_SCREEN_SHARE {
		return nil, fmt.Errorf("receive %s of %q: %w", source, participant.Identity(), ErrNotAudio)
	}
	return startAudio(application.SelectParticipant(participant, caps.Audio, source), newAudioConfig(options))
}

// startAudio takes ownership of the selector, also if it fails.
func startAudio(selector room.Selector, config audioConfig) (*AudioStream, error) {
	sound, err := engine.NewSound(selector, config.engine)
	if err != nil {
		return nil, err
	}
	config.engine.Passphrase = "" // it is not kept in memory
	return &AudioStream{engine: sound, config: config.engine}, nil
}

// Next waits for the next frame, which belongs to the caller.
//
// It returns io.EOF at the end, after the frames that were queued; the error that
// ended the stream, such as an [*UnsupportedCodecError]; [ErrClosed] after Close;
// [ErrConcurrentNext] while another goroutine is in Next; or ctx's error, even if
// frames are queued, after which reading can continue. Every other error is final:
// further calls return it again.
func (s *AudioStream) Next(ctx context.Context) (AudioFrameEvent, error) {
	var event AudioFrameEvent
	err := s.engine.Next(ctx, func(frame engine.SoundFrame) error {
		event = newAudioEvent(frame, &s.config)
		return nil
	})
	if err != nil {
		return AudioFrameEvent{}, public(err)
	}
	return event, nil
}

// Frames is Next as a range-over-func iterator: it ends after the last frame, and
// yields any error except io.EOF as its last pair. Leaving the loop does not close
// anything.
func (s *AudioStream) Frames(ctx context.Context) iter.Seq2[AudioFrameEvent, error] {
	return func(yield func(AudioFrameEvent, error) bool) {
		for {
			event, err := s.Next(ctx)
			if errors.Is(err, io.EOF) || !yield(event, err) || err != nil {
				return
			}
		}
	}
}

// Close stops receiving, drops queued frames, and frees everything. A waiting Next
// returns [ErrClosed]. Close waits until all of this is done, in every goroutine
// that calls it, and always returns nil.
func (s *AudioStream) Close() error { return s.engine.Close() }

// End stops receiving; Next returns the frames received so far, then io.EOF.
func (s *AudioStream) End() { s.engine.End() }

// Done is closed when nothing more is received.
func (s *AudioStream) Done() <-chan struct{} { return s.engine.Done() }

// Err returns why receiving ended: io.EOF for an ordinary end, nil before it.
func (s *AudioStream) Err() error { return public(s.engine.Err()) }

// Muted reports whether the publisher has muted the track that is being received. A
// muted track gives silent frames, unless [WithoutSilence] is given: then Next waits
// until it is unmuted. Muted is false while there is no track, and always for a
// stream of [AudioFromTrack], which cannot know.
func (s *AudioStream) Muted() bool { return s.engine.Muted() }

// SetPaused drops all received sound while paused is true, and gives no frames; the
// time of the pause is left out. The server keeps sending while paused.
func (s *AudioStream) SetPaused(paused bool) { s.engine.SetPaused(paused) }

// SetLatency changes the latency set by [WithLatency].
func (s *AudioStream) SetLatency(latency time.Duration) {
	if latency < 0 {
		latency = DefaultAudioLatency
	}
	s.engine.SetLatency(latency)
}

// Latency returns how late a frame can be when its last packet arrives: the latency
// that was set. A pipeline must add it to its latency.
func (s *AudioStream) Latency() time.Duration { return s.engine.Latency() }

// SetEncryptionKey replaces all keys with the key of another passphrase, from the
// next received packet on. An empty passphrase removes all keys. Like
// [WithEncryptionKey] it takes some 30 ms.
func (s *AudioStream) SetEncryptionKey(passphrase string) error {
	return s.engine.SetEncryptionKey(passphrase)
}

// SetEncryptionKeyAt sets the passphrase for one key index and keeps the others, as
// [VideoStream.SetEncryptionKeyAt] does.
func (s *AudioStream) SetEncryptionKeyAt(index uint8, passphrase string) error {
	return s.engine.SetEncryptionKeyAt(index, passphrase)
}
