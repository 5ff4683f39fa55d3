package room

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/livekit/protocol/livekit"
)

// Quality names a simulcast layer as LiveKit's VideoQuality does: by its place among those that the publisher sends. A
// publisher that sends fewer gives the best one that it has.
type Quality int

const (
	// QualityAuto is the best layer, or with a size the one that the size asks for.
	QualityAuto Quality = iota
	QualityLow
	QualityMedium
	QualityHigh
	// QualityOff is no layer at all, the same as Layer.Paused.
	QualityOff
)

func (q Quality) String() string {
	switch q {
	case QualityAuto:
		return "auto"
	case QualityLow:
		return "low"
	case QualityMedium:
		return "medium"
	case QualityHigh:
		return "high"
	case QualityOff:
		return "off"
	}
	return fmt.Sprintf("Quality(%d)", int(q))
}

// Layer is what the server is asked to send of a track. The zero value is everything: the best layer, all of its frames.
type Layer struct {
	// Quality names the layer. It decides alone when it is not QualityAuto.
	Quality Quality

	// Width and Height ask for the smallest layer that is at least as large, so that the picture need not be scaled up, or
	// for the best one when none is. Zero asks for nothing in that direction. They are compared with the sizes that the
	// publisher announced.
	Width, Height int

	// MaxFrameRate lets the server leave out frames that no other frame needs, in frames per second. It takes the lowest
	// of the rates that the encoder prepared (each mostly twice the one before) which by its own estimate is not more than a
	// tenth below this, so more may come; a codec without such rates, such as H.264, is not thinned. Zero is all frames.
	MaxFrameRate float64

	// AtMost is the best layer that is asked for, whatever the other fields say. QualityAuto is no limit.
	AtMost Quality

	// Paused keeps the subscription, and asks the server to send nothing for it. It goes on with a key frame.
	Paused bool
}

// Validate returns an error for a Layer that means nothing.
func (l Layer) Validate() error {
	switch {
	case l.Quality < QualityAuto || l.Quality > QualityOff:
		return fmt.Errorf("choose a layer: there is no quality %d", int(l.Quality))
	case l.Width < 0 || l.Height < 0:
		return fmt.Errorf("choose a layer: a size of %dx%d is negative", l.Width, l.Height)
	case !(l.MaxFrameRate >= 0): // NaN neither
		return fmt.Errorf("choose a layer: a frame rate of %v is not zero or more", l.MaxFrameRate)
	}
	return nil
}

// settings are what the server is told about one track, without the track.
type settings struct {
	disabled bool
	quality  livekit.VideoQuality
	fps      uint32
}

// allFrames is more frames per second than there are. The server takes no rate at all for no change of the last one.
const allFrames = 1000

var (
	everything = settings{quality: livekit.VideoQuality_HIGH, fps: allFrames}
	nothing    = settings{disabled: true, quality: livekit.VideoQuality_HIGH, fps: allFrames}
)

// settings say what the server is to do. The size is not left to it: the server would take a layer that is up to a tenth
// too small, and looks at the height alone.
func (l Layer) settings(sizes []*livekit.VideoLayer) settings {
	if l.Paused || l.Quality == QualityOff {
		return nothing
	}
	s := everything
	switch l.Quality {
	case QualityLow:
		s.quality = livekit.VideoQuality_LOW
	case QualityMedium:
		s.quality = livekit.VideoQuality_MEDIUM
	case QualityAuto:
		s.quality = l.smallest(sizes)
	case QualityHigh, QualityOff:
	}
	switch l.AtMost {
	case QualityLow:
		s.quality = livekit.VideoQuality_LOW
	case QualityMedium:
		s.quality = min(s.quality, livekit.VideoQuality_MEDIUM)
	case QualityAuto, QualityHigh, QualityOff:
	}
	if l.MaxFrameRate > 0 {
		s.fps = uint32(math.Ceil(min(l.MaxFrameRate, allFrames)))
	}
	return s
}

// smallest returns the quality of the smallest layer that covers the size, or of the best one when none does.
func (l Layer) smallest(sizes []*livekit.VideoLayer) livekit.VideoQuality {
	quality := livekit.VideoQuality_HIGH
	if l.Width == 0 && l.Height == 0 {
		return quality
	}
	area := uint64(math.MaxUint64)
	for _, s := range sizes {
		a := uint64(s.GetWidth()) * uint64(s.GetHeight())
		if a > 0 && a < area && uint64(s.GetWidth()) >= uint64(l.Width) && uint64(s.GetHeight()) >= uint64(l.Height) {
			quality, area = s.GetQuality(), a
		}
	}
	return quality
}

// with returns settings that satisfy both.
func (s settings) with(other settings) settings {
	switch {
	case s.disabled:
		return other
	case other.disabled:
		return s
	}
	return settings{quality: max(s.quality, other.quality), fps: max(s.fps, other.fps)}
}

// layersOf returns the layers of a track in one codec, or of the codec that it was published in when mimeType is empty.
func layersOf(info *livekit.TrackInfo, mimeType string) []*livekit.VideoLayer {
	if mimeType == "" {
		mimeType = info.GetMimeType()
	}
	for _, codec := range info.GetCodecs() {
		if strings.EqualFold(codec.GetMimeType(), mimeType) && len(codec.GetLayers()) > 0 {
			return codec.GetLayers()
		}
	}
	return info.GetLayers() //nolint:staticcheck // servers of before codecs had layers name them here alone
}

// LayerOf tells which of the publisher's layers a received picture of that size belongs to: the one nearest in size, and
// QualityAuto when the publisher announced no sizes.
func (t *Track) LayerOf(width, height int) Quality {
	return layerOf(layersOf(t.TrackInfo(), t.MimeType), width, height)
}

// Fits reports whether a received picture of that size belongs to the layer that the server was asked for: the best one of
// those which the publisher announced that is not better than what was asked for. Any size fits when none was announced.
func (t *Track) Fits(layer Layer, width, height int) bool {
	return layer.fits(layersOf(t.TrackInfo(), t.MimeType), width, height)
}

func (l Layer) fits(sizes []*livekit.VideoLayer, width, height int) bool {
	asked := QualityHigh
	switch l.settings(sizes).quality {
	case livekit.VideoQuality_LOW:
		asked = QualityLow
	case livekit.VideoQuality_MEDIUM:
		asked = QualityMedium
	case livekit.VideoQuality_HIGH, livekit.VideoQuality_OFF:
	}
	best, lowest := QualityAuto, QualityOff
	for _, s := range sizes {
		q := layerOf(sizes, int(s.GetWidth()), int(s.GetHeight()))
		if q == QualityAuto {
			continue
		}
		lowest = min(lowest, q)
		if q <= asked {
			best = max(best, q)
		}
	}
	if best == QualityAuto {
		best = lowest
	}
	return lowest == QualityOff || layerOf(sizes, width, height) == best
}

// Below returns the best of the publisher's layers that is lower than the one which a received picture of that size belongs
// to, or than the best one for no size. It is not ok when there is none, or none is known.
func (t *Track) Below(width, height int) (lower Quality, ok bool) {
	return below(layersOf(t.TrackInfo(), t.MimeType), width, height)
}

func below(sizes []*livekit.VideoLayer, width, height int) (lower Quality, ok bool) {
	var all []Quality
	for _, s := range sizes {
		if q := layerOf(sizes, int(s.GetWidth()), int(s.GetHeight())); q != QualityAuto { // the nearest is itself
			all = append(all, q)
		}
	}
	if len(all) == 0 {
		return QualityAuto, false
	}
	now := slices.Max(all)
	if width > 0 && height > 0 {
		now = layerOf(sizes, width, height)
	}
	for _, q := range all {
		if q < now {
			lower = max(lower, q)
		}
	}
	return lower, lower != QualityAuto
}

func layerOf(sizes []*livekit.VideoLayer, width, height int) Quality {
	nearest, distance := QualityAuto, math.Inf(1)
	for _, s := range sizes {
		if s.GetWidth() == 0 || s.GetHeight() == 0 {
			continue
		}
		ratio := math.Abs(math.Log(float64(width) * float64(height) / float64(s.GetWidth()) / float64(s.GetHeight())))
		if ratio >= distance {
			continue
		}
		switch s.GetQuality() {
		case livekit.VideoQuality_LOW:
			nearest, distance = QualityLow, ratio
		case livekit.VideoQuality_MEDIUM:
			nearest, distance = QualityMedium, ratio
		case livekit.VideoQuality_HIGH:
			nearest, distance = QualityHigh, ratio
		case livekit.VideoQuality_OFF:
		}
	}
	return nearest
}
