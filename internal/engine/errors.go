package engine

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed is returned by Next after Close.
	ErrClosed = errors.New("the stream is closed")
	// ErrConcurrentNext is returned by Next while another goroutine is in it.
	ErrConcurrentNext = errors.New("another goroutine is already in Next")
	// ErrUnknownSound is wrapped by the error for frames of sound that cannot be made.
	ErrUnknownSound = errors.New("unknown form of sound")
	// ErrNoLayers is the error for choosing a layer of a single track, which has no participant.
	ErrNoLayers = errors.New("the layers of a track can only be chosen with FromParticipant, " +
		"or by whoever subscribed to it (RemoteTrackPublication.SetVideoQuality)")
)

// UnsupportedCodecError says that a track's codec cannot be received: either this package does not support it, or, if
// Caps is set, no installed GStreamer element decodes it.
type UnsupportedCodecError struct {
	MimeType string // as the publisher named it, for instance "video/H266"
	Caps     string // the GStreamer caps for which no decoder was found, or ""
	Err      error
}

func (e *UnsupportedCodecError) Error() string {
	return fmt.Sprintf("receive %s: %v", e.MimeType, e.Err)
}

// Unwrap returns the reason.
func (e *UnsupportedCodecError) Unwrap() error { return e.Err }

// UndecodableError says that no decoder produced a picture, although several complete key frames were received.
type UndecodableError struct {
	MimeType string // such as "video/H264"
	Err      error
}

func (e *UndecodableError) Error() string {
	return fmt.Sprintf("receive %s: %v", e.MimeType, e.Err)
}

// Unwrap returns the reason.
func (e *UndecodableError) Unwrap() error { return e.Err }
