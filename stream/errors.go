package stream

import (
	"errors"

	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// Errors of [VideoStream.Next], [AudioStream.Next] and of the constructors, for
// errors.Is. The ordinary end of a stream is io.EOF.
var (
	// ErrClosed is returned by Next after Close.
	ErrClosed = engine.ErrClosed
	// ErrConcurrentNext is returned by Next while another goroutine is in it.
	ErrConcurrentNext = engine.ErrConcurrentNext
	// ErrNotVideo is wrapped by the error of [VideoStream]'s constructors for an audio
	// track or source.
	ErrNotVideo = errors.New("not a video track")
	// ErrNotAudio is wrapped by the error of [AudioStream]'s constructors for a video
	// track or source.
	ErrNotAudio = errors.New("not an audio track")
	// ErrUnknownSound is wrapped by their error for a sample rate, a number of channels
	// or a frame duration that frames cannot have.
	ErrUnknownSound = engine.ErrUnknownSound
	// ErrNoLayers is wrapped by the error for choosing a layer of a stream made by
	// FromTrack.
	ErrNoLayers = engine.ErrNoLayers
)

// UnsupportedCodecError says that a track's codec cannot be received: either this
// package does not support it, or, if Caps is set, no installed GStreamer element
// decodes it.
type UnsupportedCodecError struct {
	MimeType string // as the publisher named it, for instance "video/H266"
	Caps     string // the GStreamer caps for which no decoder was found, or ""
	Err      error
}

func (e *UnsupportedCodecError) Error() string { return (*engine.UnsupportedCodecError)(e).Error() }

// Unwrap returns the reason.
func (e *UnsupportedCodecError) Unwrap() error { return e.Err }

// UndecodableError says that no decoder produced a picture, although several
// complete key frames were received.
type UndecodableError struct {
	MimeType string // such as "video/H264"
	Err      error
}

func (e *UndecodableError) Error() string {
	return (*engine.UndecodableError)(e).Error()
}

// Unwrap returns the reason.
func (e *UndecodableError) Unwrap() error { return e.Err }

// public converts an error of the engine to the exported type of this package.
func public(err error) error {
	var codec *engine.UnsupportedCodecError
	if errors.As(err, &codec) {
		return (*UnsupportedCodecError)(codec)
	}
	var undecodable *engine.UndecodableError
	if errors.As(err, &undecodable) {
		return (*UndecodableError)(undecodable)
	}
	var none *engine.NoPictureError
	if errors.As(err, &none) {
		return (*NoPictureError)(none)
	}
	var silent *engine.NoSoundError
	if errors.As(err, &silent) {
		return (*NoSoundError)(silent)
	}
	return err
}
