package stream

import (
	"fmt"

	"github.com/gst-livekit/gst-livekit/internal/room"
)

// Quality names one of the layers in which a publisher with simulcast (or with a
// scalable codec) sends its picture, as LiveKit's VideoQuality does. A publisher
// that sends fewer than three gives the best it has up to that one.
type Quality int

const (
	// QualityAuto is the best layer, or the one that fits Layer.Width and
	// Layer.Height.
	QualityAuto Quality = iota
	QualityLow
	QualityMedium
	QualityHigh
	// QualityOff is no layer, the same as Layer.Paused.
	QualityOff
)

// String returns auto, low, medium, high or off.
func (q Quality) String() string { return room.Quality(q).String() }

// Layer says how much of a track the server is to send. The zero value is all of
// it. What is not sent costs no bandwidth and no decoding.
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
type Layer struct {
	// Quality chooses the layer by name; the size below is ignored unless this is
	// QualityAuto.
	Quality Quality

	// Width and Height choose the smallest layer that is at least as wide and at
	// least as high, so that no picture has to be scaled up: of 320x180, 640x360 and
	// 1280x720, 640x360 is chosen for 640x360 and 1280x720 for 641x360. When no layer
	// is as large, the best one comes. 0 asks for nothing in that direction. They are
	// compared with what the publisher announced; one that announced no sizes sends
	// its best layer.
	Width, Height int

	// MaxFrameRate lets the server leave out frames that no other frame refers to, in
	// frames per second; 0 keeps all. It can choose only between the rates that the
	// encoder has prepared, mostly the full one, a half and a quarter, and takes the
	// lowest that is not more than a tenth below this, by its own estimate of them: of
	// 30, 15 and 7.5, 15 comes for 15, and for 10 one of 15 and 7.5. Where the encoder
	// has prepared none, as always in H.264, all frames come.
	MaxFrameRate float64

	// Paused asks the server to send nothing. The subscription stays; frames go on
	// with a key frame when it is false again.
	Paused bool
}

// room returns the layer in internal/room's terms.
func (l Layer) room() room.Layer {
	return room.Layer{
		Quality: room.Quality(l.Quality), Width: l.Width, Height: l.Height,
		MaxFrameRate: l.MaxFrameRate, Paused: l.Paused,
	}
}

// WithLayer says how much of the track the server is to send; see [Layer]. Without
// it all of it comes, unless the application chose otherwise with the SDK's own
// methods (SetVideoQuality and its like): with it, and until Close, those are
// overruled.
//
// It is for [FromParticipant]. [FromTrack] has only the track, and returns an error
// that wraps [ErrNoLayers].
func WithLayer(layer Layer) Option {
	return func(c *config) { c.layer = &layer }
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
func (s *VideoStream) SetLayer(layer Layer) error {
	if s.alone {
		return fmt.Errorf("choose a layer: %w", ErrNoLayers)
	}
	return s.engine.SetLayer(layer.room())
}
