package layers_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/stream"
)

func TestQualityAndSizeChooseTheLayer(t *testing.T) {
	for _, codec := range []string{"VP8", "H264"} {
		t.Run(codec, func(t *testing.T) {
			publish(t, server, codec)
			s := join(t, server, "application").open(t)
			awaitSize(t, s, high) // until then a smaller one may come because there is no other
			for _, test := range []struct {
				name  string
				layer stream.Layer
				want  size
			}{
				{"low", stream.Layer{Quality: stream.QualityLow}, low},
				{"medium", stream.Layer{Quality: stream.QualityMedium}, medium},
				{"high", stream.Layer{Quality: stream.QualityHigh}, high},
				{"smaller than the smallest", stream.Layer{Width: 300, Height: 150}, low},
				{"a layer's own size", stream.Layer{Width: 640, Height: 360}, medium},
				{"one column more", stream.Layer{Width: 641, Height: 360}, high},
				{"no height", stream.Layer{Width: 320}, low},
				{"one row more", stream.Layer{Height: 181}, medium},
				{"larger than the largest", stream.Layer{Width: 1920, Height: 1080}, high},
				{"quality before size", stream.Layer{Quality: stream.QualityLow, Width: 640, Height: 360}, low},
				{"everything", stream.Layer{}, high},
			} {
				must(t, s.SetLayer(test.layer))
				awaitSize(t, s, test.want)
			}
		})
	}
}
