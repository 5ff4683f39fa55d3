package stream

import "github.com/gst-livekit/gst-livekit/caps"

// Quality names one of the layers of a publisher with simulcast or a scalable
// codec, as LiveKit's VideoQuality does; see [caps.Quality].
type Quality = caps.Quality

// The qualities; see [caps.Quality].
const (
	QualityAuto   = caps.QualityAuto
	QualityLow    = caps.QualityLow
	QualityMedium = caps.QualityMedium
	QualityHigh   = caps.QualityHigh
	QualityOff    = caps.QualityOff
)

// Layer says how much of a track the server should send, by the name of a layer or
// by the size of its picture; see [caps.Layer] for the choices. The zero value
// requests the whole track. What the server does not send needs no bandwidth and no
// decoding.
//
// The server changes layers at a key frame, which takes about a second. It may
// begin with another layer, the one that has the first key frame, and a publisher
// may need some seconds until it sends its best layer. The size of the frames
// changes then, and the stream continues. A server or a publisher that has too
// little bandwidth sends less than was requested.
//
// If the decoder of a stream with a Layer is too slow, or most packets are lost,
// the stream requests the next lower layer or, if there is none, 15 frames per
// second, even if Quality names a higher one. Some time later it tries the chosen
// layer again.
type Layer = caps.Layer

// WithLayer says how much of the track the server should send; see [Layer]. Without
// it the server sends the whole track, unless the application chose otherwise with
// the SDK's own methods, such as SetVideoQuality. WithLayer overrides these until
// Close.
//
// It is for [FromParticipant]. [FromTrack] cannot choose layers, and returns an
// error that wraps [ErrNoLayers].
func WithLayer(layer Layer) Option {
	return videoOption(func(c *config) { c.engine.Layer = &layer })
}

// SetLayer changes what the server sends, also for tracks that follow this one; see
// [Layer]. It does not wait for the server, nor for the first frame of the new
// layer.
//
// Streams of one participant that receive the same track share its subscription:
// the server sends the best layer and the highest frame rate that any of them
// requests. A stream whose own layer is paused gives no frames, whatever the others
// request.
//
// It returns an error for an invalid Layer, and one that wraps [ErrNoLayers] for a
// stream made by FromTrack.
func (s *VideoStream) SetLayer(layer Layer) error { return s.engine.SetLayer(layer) }
