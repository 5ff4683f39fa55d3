package livekitsrc

/*
#include "gstlivekitsrc.h"
*/
import "C"

import (
	"math"

	"github.com/gst-livekit/gst-livekit/caps"
)

// settings is a run's own copy of the properties that are about video.
type settings struct {
	format    *caps.VideoBufferType
	capacity  int
	maxPixels int
	layer     caps.Layer
}

func newSettings(c *C.GstLivekitSrcSettings) settings {
	s := settings{
		capacity:  int(min(c.capacity, math.MaxInt32)),
		maxPixels: int(c.max_pixels),
		layer:     newLayer(c),
	}
	if c.base.format >= 0 {
		format := caps.VideoBufferType(c.base.format)
		s.format = &format
	}
	return s
}

// newLayer is the layer that the user chose; the size is not up to him.
func newLayer(c *C.GstLivekitSrcSettings) caps.Layer {
	return caps.Layer{
		Quality:      caps.Quality(c.quality),
		MaxFrameRate: float64(c.max_framerate.numerator) / float64(c.max_framerate.denominator),
	}
}
