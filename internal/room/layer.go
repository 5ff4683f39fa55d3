package room

import (
	"math"
	"slices"
	"strings"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Layers sends to the server how much it should send of each track that a Selector gives. Only video has layers.
type Layers interface {
	// SetLayer sets the wanted layer, and the best layer to request even if a better one is wanted (QualityAuto is no
	// limit), from now on and also for the tracks that follow. Selectors of one Connection, or of one participant, that
	// choose the same track share what the server sends: the best layer and the highest frame rate that any of them
	// requests, and nothing only while all of them are paused. A Selector without a layer requests the whole track.
	// SetLayer does not wait for the server. It may be called from any goroutine, and before the first Next.
	SetLayer(wanted caps.Layer, atMost caps.Quality)
}

// Choice holds the arguments of a Selector's last SetLayer.
type Choice struct {
	caps.Layer
	atMost caps.Quality
}

// Settings are what the server is told about one track, without the track's SID.
type Settings struct {
	Disabled bool
	Quality  livekit.VideoQuality
	FPS      uint32
}

// Of returns the message that has the settings of a track.
func (s Settings) Of(sid string) *livekit.UpdateTrackSettings {
	return &livekit.UpdateTrackSettings{TrackSids: []string{sid}, Disabled: s.Disabled, Quality: s.Quality, Fps: s.FPS}
}

// allFrames is higher than any frame rate. To the server, no rate means no change of the last one.
const allFrames = 1000

var (
	// Everything is what a server sends of a track without any Settings.
	Everything = Settings{Quality: livekit.VideoQuality_HIGH, FPS: allFrames}
	nothing    = Settings{Disabled: true, Quality: livekit.VideoQuality_HIGH, FPS: allFrames}
)

// settings returns the server's settings for the choice. The layer is chosen here and not by the server, which would
// accept a layer that is up to a tenth too small, and only compares heights.
func (c Choice) settings(sizes []*livekit.VideoLayer) Settings {
	if c.Off() {
		return nothing
	}
	s := Everything
	if c.Quality == caps.QualityAuto {
		s.Quality = smallest(sizes, c.Width, c.Height)
	} else {
		s.Quality = videoQuality(c.Quality)
	}
	if c.atMost != caps.QualityAuto {
		s.Quality = min(s.Quality, videoQuality(c.atMost))
	}
	if c.MaxFrameRate > 0 {
		s.FPS = uint32(math.Ceil(min(c.MaxFrameRate, allFrames)))
	}
	return s
}

// videoQuality converts a Quality other than QualityAuto to LiveKit's VideoQuality.
func videoQuality(q caps.Quality) livekit.VideoQuality {
	return livekit.VideoQuality(q - caps.QualityLow)
}

// qualityOf returns the quality of a layer, or QualityAuto if it is none.
func qualityOf(layer *livekit.VideoLayer) caps.Quality {
	if q := layer.GetQuality(); q >= livekit.VideoQuality_LOW && q <= livekit.VideoQuality_HIGH {
		return caps.QualityLow + caps.Quality(q)
	}
	return caps.QualityAuto
}

// smallest returns the quality of the smallest layer that covers the size, or of the best one if none does.
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
func (s Settings) with(other Settings) Settings {
	switch {
	case s.Disabled:
		return other
	case other.Disabled:
		return s
	}
	return Settings{Quality: max(s.Quality, other.Quality), FPS: max(s.FPS, other.FPS)}
}

// layersOf returns the layers of a track in one codec or, if mimeType is empty, in the codec that it was published in.
func layersOf(info *livekit.TrackInfo, mimeType string) []*livekit.VideoLayer {
	if mimeType == "" {
		mimeType = info.GetMimeType()
	}
	for _, codec := range info.GetCodecs() {
		if strings.EqualFold(codec.GetMimeType(), mimeType) && len(codec.GetLayers()) > 0 {
			return codec.GetLayers()
		}
	}
	return info.GetLayers() //nolint:staticcheck // older servers list the layers only here
}

// LayerOf returns the layer that the publisher announced with that size, QualityAuto if there is none. If several
// codecs have layers, any of them may match.
func LayerOf(info *livekit.TrackInfo, width, height int) caps.Quality {
	layers := slices.Clip(info.GetLayers()) //nolint:staticcheck // older servers only have this; in newer ones it is the first codec's
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

// Fits reports whether a received picture of that size belongs to the layer that SetLayer requests: the best of the
// announced layers that is not better than the wanted one. If none was announced, any size fits.
func (t *Track) Fits(wanted caps.Layer, atMost caps.Quality, width, height int) bool {
	return Choice{wanted, atMost}.fits(layersOf(t.TrackInfo(), t.MimeType), width, height)
}

func (c Choice) fits(sizes []*livekit.VideoLayer, width, height int) bool {
	asked := caps.QualityLow + caps.Quality(c.settings(sizes).Quality)
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

// Below returns the best of the publisher's layers that is lower than the one of a received picture of that size, or
// lower than the best one if the size is zero. ok is false if there is none, or none was announced.
func (t *Track) Below(width, height int) (lower caps.Quality, ok bool) {
	return below(layersOf(t.TrackInfo(), t.MimeType), width, height)
}

func below(sizes []*livekit.VideoLayer, width, height int) (lower caps.Quality, ok bool) {
	var all []caps.Quality
	for _, s := range sizes {
		if q := nearestLayer(sizes, int(s.GetWidth()), int(s.GetHeight())); q != caps.QualityAuto { // the layer itself, if its size was announced
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

// nearestLayer returns the publisher's layer whose size is nearest to that of a received picture, or QualityAuto if the
// publisher announced no sizes.
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
