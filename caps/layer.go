package caps

import "fmt"

// Quality names one of the layers of a publisher with simulcast or a scalable codec, as LiveKit's VideoQuality does. A
// publisher that sends fewer than three layers sends the best one up to this quality.
type Quality int

const (
	// QualityAuto is the best layer, or the one that fits Layer.Width and Layer.Height.
	QualityAuto Quality = iota
	QualityLow
	QualityMedium
	QualityHigh
	// QualityOff requests no layer, like Layer.Paused.
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

// Layer says how much of a track the server should send. The zero value requests the whole track. What the server does
// not send needs no bandwidth and no decoding.
type Layer struct {
	// Quality chooses the layer by name. Width and Height are ignored unless it is QualityAuto.
	Quality Quality

	// Width and Height choose the smallest layer that is at least as wide and as high, so that no picture has to be
	// scaled up: with layers of 320x180, 640x360 and 1280x720, 640x360 chooses 640x360 and 641x360 chooses 1280x720. If
	// no layer is large enough, the best one is chosen. 0 sets no limit in that direction. The layers' sizes are those
	// that the publisher announced; a publisher that announced none sends its best layer.
	Width, Height int

	// MaxFrameRate is in frames per second and lets the server drop frames that no other frame refers to; 0 keeps all
	// frames. The server can only choose between the rates that the encoder has prepared, usually the full rate, a half
	// and a quarter. It takes the lowest rate that, by its own estimate, is at most a tenth below this value: of 30, 15
	// and 7.5, a value of 15 gives 15, and a value of 10 gives 15 or 7.5. If the encoder has prepared no such rates, as
	// always with H.264, all frames are sent.
	MaxFrameRate float64

	// Paused asks the server to send nothing. The subscription stays. When Paused is false again, frames continue with a
	// key frame.
	Paused bool
}

// Off reports whether the layer requests no frames.
func (l Layer) Off() bool { return l.Paused || l.Quality == QualityOff }

// Validate returns an error if a field has a value without a meaning.
func (l Layer) Validate() error {
	switch {
	case !l.Quality.Valid():
		return fmt.Errorf("choose a layer: there is no quality %d", int(l.Quality))
	case l.Width < 0 || l.Height < 0:
		return fmt.Errorf("choose a layer: a size of %dx%d is negative", l.Width, l.Height)
	case !(l.MaxFrameRate >= 0): // also refuses NaN
		return fmt.Errorf("choose a layer: a frame rate of %v is negative or not a number", l.MaxFrameRate)
	}
	return nil
}
