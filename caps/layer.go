package caps

import "fmt"

// Quality names one of the layers in which a publisher with simulcast (or with a scalable codec) sends its picture, as
// LiveKit's VideoQuality does. A publisher that sends fewer than three gives the best it has up to that one.
type Quality int

const (
	// QualityAuto is the best layer, or the one that fits Layer.Width and Layer.Height.
	QualityAuto Quality = iota
	QualityLow
	QualityMedium
	QualityHigh
	// QualityOff is no layer, the same as Layer.Paused.
	QualityOff
)

var qualities = [...]string{
	QualityAuto: "auto", QualityLow: "low", QualityMedium: "medium", QualityHigh: "high", QualityOff: "off",
}

// Valid reports whether q is one of the five.
func (q Quality) Valid() bool { return q >= 0 && int(q) < len(qualities) }

// String returns auto, low, medium, high or off.
func (q Quality) String() string {
	if !q.Valid() {
		return fmt.Sprintf("Quality(%d)", int(q))
	}
	return qualities[q]
}

// Layer says how much of a track the server is to send. The zero value is all of it. What is not sent costs no bandwidth
// and no decoding.
type Layer struct {
	// Quality chooses the layer by name; the size below is ignored unless this is QualityAuto.
	Quality Quality

	// Width and Height choose the smallest layer that is at least as wide and at least as high, so that no picture has to
	// be scaled up: of 320x180, 640x360 and 1280x720, 640x360 is chosen for 640x360 and 1280x720 for 641x360. When no layer
	// is as large, the best one comes. 0 asks for nothing in that direction. They are compared with what the publisher
	// announced; one that announced no sizes sends its best layer.
	Width, Height int

	// MaxFrameRate lets the server leave out frames that no other frame refers to, in frames per second; 0 keeps all. It
	// can choose only between the rates that the encoder has prepared, mostly the full one, a half and a quarter, and takes
	// the lowest that is not more than a tenth below this, by its own estimate of them: of 30, 15 and 7.5, 15 comes for 15,
	// and for 10 one of 15 and 7.5. Where the encoder has prepared none, as always in H.264, all frames come.
	MaxFrameRate float64

	// Paused asks the server to send nothing. The subscription stays; frames go on with a key frame when it is false again.
	Paused bool
}

// Off reports whether nothing is wanted.
func (l Layer) Off() bool { return l.Paused || l.Quality == QualityOff }

// Validate returns an error for a Layer that means nothing.
func (l Layer) Validate() error {
	switch {
	case !l.Quality.Valid():
		return fmt.Errorf("choose a layer: there is no quality %d", int(l.Quality))
	case l.Width < 0 || l.Height < 0:
		return fmt.Errorf("choose a layer: a size of %dx%d is negative", l.Width, l.Height)
	case !(l.MaxFrameRate >= 0): // NaN neither
		return fmt.Errorf("choose a layer: a frame rate of %v is not zero or more", l.MaxFrameRate)
	}
	return nil
}
