package stream

import "github.com/gst-livekit/gst-livekit/caps"

// Quality names one of the layers in which a publisher with simulcast (or with a
// scalable codec) sends its picture, as LiveKit's VideoQuality does; see
// [caps.Quality].
type Quality = caps.Quality

// The qualities; see [caps.Quality].
const (
	QualityAuto   = caps.QualityAuto
	QualityLow    = caps.QualityLow
	QualityMedium = caps.QualityMedium
	QualityHigh   = caps.QualityHigh
	QualityOff    = caps.QualityOff
)

// Layer says how much of a track the server is to send, by the name of a layer or by
// the size of its picture; see [caps.Layer] for what can be asked for. The zero value
// is all of it. What is not sent costs no bandwidth and no decoding.
//
// The server goes from one layer to another at a key frame, which takes about a
// second; it begins with whichever layer has one first; and a publisher may need
// some seconds until it sends its best layer. Frames change their size then, and the
// stream goes on. A server that has to spare bandwidth sends less than was asked
// for, and so does a publisher.
//
// While the decoder of a stream with a Layer does not keep up, or most of what is sent
// gets lost, the stream asks for the next lower layer, or where there is none for 15
// frames per second, also when Quality says otherwise; some time later it tries again
// what was chosen.
type Layer = caps.Layer

// WithLayer says how much of the track the server is to send; see [Layer]. Without
// it all of it comes, unless the application chose otherwise with the SDK's own
// methods (SetVideoQuality and its like): with it, and until Close, those are
// overruled.
//
// It is for [FromParticipant]. [FromTrack] has only the track, and returns an error
// that wraps [ErrNoLayers].
func WithLayer(layer Layer) Option {
	return func(c *config) { c.engine.Layer = &layer }
}

// SetLayer changes what the server sends, also of tracks that follow this one; see
// [Layer]. It does not wait for the server, nor for the first frame of the new
// layer.
//
// Streams of one participant that receive the same track share it: the server sends
// the best layer and the highest frame rate that any of them wants. A paused stream
// gives no frames all the same.
//
// It returns an error for a Layer that means nothing, and one that wraps
// [ErrNoLayers] for a stream of [FromTrack].
func (s *VideoStream) SetLayer(layer Layer) error { return s.engine.SetLayer(layer) }
