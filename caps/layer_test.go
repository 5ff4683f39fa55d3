package caps_test

import (
	"math"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestLayerThatMeansNothingIsRefused(t *testing.T) {
	for _, layer := range []caps.Layer{
		{Quality: -1}, {Quality: caps.QualityOff + 1}, {Width: -1}, {Height: -1}, {MaxFrameRate: -1}, {MaxFrameRate: math.NaN()},
	} {
		if layer.Validate() == nil {
			t.Errorf("%+v is accepted", layer)
		}
	}
}
