package room

import (
	"math"
	"slices"
	"strings"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Layers carries to the server how much it is to send of each track that a Selector gives. Only video has layers.
type Layers interface {
	// SetLayer says what is wanted, and the best layer that is asked for whatever is wanted (QualityAuto is any), from now
	// on and also of the tracks that follow. Selectors of one Connection, or of one participant, that choose the same track
	// share what the server sends: the best of the layers and the highest of the frame rates that they ask for, and nothing
	// only while all of them are paused. A Selector that was never told a layer asks for everything. SetLayer does not wait
	// for the server. It may be called from any goroutine, and before the first Next.
	SetLayer(wanted caps.Layer, atMost caps.Quality)
}

// choice is what one Selector was told.
type choice struct {
	caps.Layer
	atMost caps.Quality
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
func (c choice) settings(sizes []*livekit.VideoLayer) settings {
	if c.Off() {
		return nothing
	}
	s := everything
	if c.Quality == caps.QualityAuto {
		s.quality = smallest(sizes, c.Width, c.Height)
	} else {
		s.quality = videoQuality(c.Quality)
	}
	if c.atMost != caps.QualityAuto {
		s.quality = min(s.quality, videoQuality(c.atMost))
	}
	if c.MaxFrameRate > 0 {
		s.fps = uint32(math.Ceil(min(c.MaxFrameRate, allFrames)))
	}
	return s
}

// LiveKit's VideoQuality is Quality without QualityAuto.
func videoQuality(q caps.Quality) livekit.VideoQuality {
	return livekit.VideoQuality(q - caps.QualityLow)
}

// qualityOf is QualityAuto for what is no layer.
func qualityOf(layer *livekit.VideoLayer) caps.Quality {
	if q := layer.GetQuality(); q >= livekit.VideoQuality_LOW && q <= livekit.VideoQuality_HIGH {
		return caps.QualityLow + caps.Quality(q)
	}
	return caps.QualityAuto
}

// smallest returns the quality of the smallest layer that covers the size, or of the best one when none does.
func smallest(sizes []*livekit.VideoLayer, width, height int) livekit.VideoQuality {
	quality := livekit.VideoQuality_HIGH
	if width == 0 && height == 0 {
		return quality
	}
	area := uint64(math.MaxUint64)
	for _, s := range sizes {
		a := uint64(s.GetWidth()) * uint64(s.GetHeight())
		covers := uint64(s.GetWidth()) >= uint64(width) && uint64(s.GetHeight()) >= uint64(height)
		if covers && a > 0 && a < area && qualityOf(s) != caps.QualityAuto {
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

// LayerOf tells which layer the publisher announced with that size, QualityAuto if none. Of several codecs with layers of
// their own, each is as good as the other.
func LayerOf(info *livekit.TrackInfo, width, height int) caps.Quality {
	layers := slices.Clip(info.GetLayers()) //nolint:staticcheck // what older servers have, and the first codec's in all
	for _, codec := range info.GetCodecs() {
		layers = append(layers, codec.GetLayers()...)
	}
	for _, layer := range layers {
		if layer.GetWidth() == uint32(width) && layer.GetHeight() == uint32(height) {
			return qualityOf(layer)
		}
	}
	return caps.QualityAuto
}

// Fits reports whether a received picture of that size belongs to the layer that SetLayer asks the server for: the best one
// of those which the publisher announced that is not better than what was asked for. Any size fits when none was announced.
func (t *Track) Fits(wanted caps.Layer, atMost caps.Quality, width, height int) bool {
	return choice{wanted, atMost}.fits(layersOf(t.TrackInfo(), t.MimeType), width, height)
}

func (c choice) fits(sizes []*livekit.VideoLayer, width, height int) bool {
	asked := caps.QualityLow + caps.Quality(c.settings(sizes).quality)
	best, lowest := caps.QualityAuto, caps.QualityOff
	for _, s := range sizes {
		q := nearestLayer(sizes, int(s.GetWidth()), int(s.GetHeight()))
		if q == caps.QualityAuto {
			continue
		}
		lowest = min(lowest, q)
		if q <= asked {
			best = max(best, q)
		}
	}
	if best == caps.QualityAuto {
		best = lowest
	}
	return lowest == caps.QualityOff || nearestLayer(sizes, width, height) == best
}

// Below returns the best of the publisher's layers that is lower than the one which a received picture of that size belongs
// to, or than the best one for no size. It is not ok when there is none, or none is known.
func (t *Track) Below(width, height int) (lower caps.Quality, ok bool) {
	return below(layersOf(t.TrackInfo(), t.MimeType), width, height)
}

func below(sizes []*livekit.VideoLayer, width, height int) (lower caps.Quality, ok bool) {
	var all []caps.Quality
	for _, s := range sizes {
		if q := nearestLayer(sizes, int(s.GetWidth()), int(s.GetHeight())); q != caps.QualityAuto { // the nearest is itself
			all = append(all, q)
		}
	}
	if len(all) == 0 {
		return caps.QualityAuto, false
	}
	now := slices.Max(all)
	if width > 0 && height > 0 {
		now = nearestLayer(sizes, width, height)
	}
	for _, q := range all {
		if q < now {
			lower = max(lower, q)
		}
	}
	return lower, lower != caps.QualityAuto
}

// nearestLayer tells which of the publisher's layers a received picture of that size belongs to: the one nearest in size,
// and QualityAuto when the publisher announced no sizes.
func nearestLayer(sizes []*livekit.VideoLayer, width, height int) caps.Quality {
	nearest, distance := caps.QualityAuto, math.Inf(1)
	for _, s := range sizes {
		q := qualityOf(s)
		if q == caps.QualityAuto || s.GetWidth() == 0 || s.GetHeight() == 0 {
			continue
		}
		ratio := math.Abs(math.Log(float64(width) * float64(height) / float64(s.GetWidth()) / float64(s.GetHeight())))
		if ratio < distance {
			nearest, distance = q, ratio
		}
	}
	return nearest
}
