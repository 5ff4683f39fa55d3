package caps

import "errors"

// The reasons for which this package refuses its input. Every error it returns wraps exactly one of them, for
// errors.Is; the error's text has the value that was refused.
var (
	// ErrSyntax: the text is not serialized GStreamer caps, or a field has a value of the wrong type.
	ErrSyntax = errors.New("malformed caps")
	// ErrNotRaw: the caps describe something other than video/x-raw, or nothing.
	ErrNotRaw = errors.New("not raw video")
	// ErrNotFixed: the caps allow more than one format: they are ANY, have several structures, or a field with a list or
	// a range. The caps of a negotiated pad are always fixed.
	ErrNotFixed = errors.New("caps are not fixed")
	// ErrUnknownFormat: the pixel format is not one of the eleven in [Types].
	ErrUnknownFormat = errors.New("unknown video format")
	// ErrSize: a width or height is missing, below 1 or too large, or the frame would not fit in [MaxSize].
	ErrSize = errors.New("bad video size")
	// ErrUnknownCodec: the MIME type is not that of one of the codecs.
	ErrUnknownCodec = errors.New("unknown codec")
)
