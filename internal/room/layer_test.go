package room

import (
	"math"
	"testing"

	"github.com/livekit/protocol/livekit"
)

// threeLayers are what most publishers of 1280x720 announce.
var threeLayers = []*livekit.VideoLayer{
	{Quality: livekit.VideoQuality_LOW, Width: 320, Height: 180},
	{Quality: livekit.VideoQuality_MEDIUM, Width: 640, Height: 360},
	{Quality: livekit.VideoQuality_HIGH, Width: 1280, Height: 720},
}

func TestLayerBecomesSettings(t *testing.T) {
	const (
		lowest  = livekit.VideoQuality_LOW
		middle  = livekit.VideoQuality_MEDIUM
		highest = livekit.VideoQuality_HIGH
	)
	portrait := []*livekit.VideoLayer{
		{Quality: highest, Width: 720, Height: 1280}, {Quality: lowest, Width: 180, Height: 320},
	}
	for _, test := range []struct {
		name  string
		layer Layer
		sizes []*livekit.VideoLayer
		want  settings
	}{
		{"zero value", Layer{}, threeLayers, settings{quality: highest, fps: allFrames}},
		{"low", Layer{Quality: QualityLow}, nil, settings{quality: lowest, fps: allFrames}},
		{"medium", Layer{Quality: QualityMedium}, nil, settings{quality: middle, fps: allFrames}},
		{"high", Layer{Quality: QualityHigh, Width: 1}, threeLayers, settings{quality: highest, fps: allFrames}},
		{"off", Layer{Quality: QualityOff}, threeLayers, nothing},
		{"paused", Layer{Quality: QualityLow, Paused: true, MaxFrameRate: 5}, threeLayers, nothing},
		{"smaller than all", Layer{Width: 1, Height: 1}, threeLayers, settings{quality: lowest, fps: allFrames}},
		{"exactly", Layer{Width: 640, Height: 360}, threeLayers, settings{quality: middle, fps: allFrames}},
		{"a column more", Layer{Width: 641, Height: 360}, threeLayers, settings{quality: highest, fps: allFrames}},
		{"a row more", Layer{Width: 320, Height: 181}, threeLayers, settings{quality: middle, fps: allFrames}},
		{"larger than all", Layer{Width: 4000}, threeLayers, settings{quality: highest, fps: allFrames}},
		{"width alone", Layer{Width: 320}, threeLayers, settings{quality: lowest, fps: allFrames}},
		{"portrait", Layer{Width: 180, Height: 320}, portrait, settings{quality: lowest, fps: allFrames}},
		{"landscape of a portrait", Layer{Width: 320, Height: 180}, portrait, settings{quality: highest, fps: allFrames}},
		{"sizes unknown", Layer{Width: 1}, []*livekit.VideoLayer{{}}, settings{quality: highest, fps: allFrames}},
		{"no layers", Layer{Width: 1}, nil, settings{quality: highest, fps: allFrames}},
		{"frame rate", Layer{MaxFrameRate: 29.97}, nil, settings{quality: highest, fps: 30}},
		{"frame rate below one", Layer{MaxFrameRate: 0.1}, nil, settings{quality: highest, fps: 1}},
		{"frame rate without end", Layer{MaxFrameRate: math.Inf(1)}, nil, settings{quality: highest, fps: allFrames}},
		{"no limit", Layer{AtMost: QualityHigh}, threeLayers, settings{quality: highest, fps: allFrames}},
		{"the best, limited", Layer{AtMost: QualityMedium}, threeLayers, settings{quality: middle, fps: allFrames}},
		{"by name, limited", Layer{Quality: QualityHigh, AtMost: QualityLow}, threeLayers, settings{quality: lowest, fps: allFrames}},
		{"by size, limited", Layer{Width: 1280, AtMost: QualityMedium}, threeLayers, settings{quality: middle, fps: allFrames}},
		{"below the limit", Layer{Width: 320, AtMost: QualityMedium}, threeLayers, settings{quality: lowest, fps: allFrames}},
		{"paused, limited", Layer{Paused: true, AtMost: QualityLow}, threeLayers, nothing},
	} {
		if err := test.layer.Validate(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if got := test.layer.settings(test.sizes); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestLayerThatMeansNothingIsRefused(t *testing.T) {
	for _, layer := range []Layer{
		{Quality: -1}, {Quality: QualityOff + 1}, {Width: -1}, {Height: -1}, {MaxFrameRate: -1}, {MaxFrameRate: math.NaN()},
	} {
		if layer.Validate() == nil {
			t.Errorf("%+v is accepted", layer)
		}
	}
}

func TestWishesMergeToTheLarger(t *testing.T) {
	slow := settings{quality: livekit.VideoQuality_HIGH, fps: 5}
	small := settings{quality: livekit.VideoQuality_LOW, fps: 20}
	for _, test := range []struct{ a, b, want settings }{
		{slow, small, settings{quality: livekit.VideoQuality_HIGH, fps: 20}},
		{slow, nothing, slow},
		{nothing, nothing, nothing},
		{small, everything, everything},
	} {
		if got := test.a.with(test.b); got != test.want {
			t.Errorf("%+v with %+v: got %+v, want %+v", test.a, test.b, got, test.want)
		}
		if got := test.b.with(test.a); got != test.want {
			t.Errorf("%+v with %+v: got %+v, want %+v", test.b, test.a, got, test.want)
		}
	}
}

func TestLayersAreThoseOfTheCodec(t *testing.T) {
	vp9 := []*livekit.VideoLayer{{Quality: livekit.VideoQuality_HIGH, Width: 1920, Height: 1080}}
	info := &livekit.TrackInfo{
		MimeType: "video/VP9",
		Layers:   threeLayers, //nolint:staticcheck // where they are when the codec has none
		Codecs:   []*livekit.SimulcastCodecInfo{{MimeType: "video/vp9", Layers: vp9}, {MimeType: "video/vp8"}},
	}
	for mimeType, want := range map[string]int{"": 1, "video/VP9": 1, "video/VP8": 3, "video/H264": 3} {
		if got := layersOf(info, mimeType); len(got) != want {
			t.Errorf("%q: %d layers, want %d", mimeType, len(got), want)
		}
	}
	if layersOf(nil, "") != nil {
		t.Error("a track without a description has layers")
	}
}

func TestPictureBelongsToTheNearestLayer(t *testing.T) {
	for _, test := range []struct {
		width, height int
		want          Quality
	}{
		{320, 180, QualityLow},
		{640, 360, QualityMedium},
		{1280, 720, QualityHigh},
		{960, 540, QualityHigh}, // libwebrtc scales down on a slow machine
		{16, 16, QualityLow},
	} {
		if got := layerOf(threeLayers, test.width, test.height); got != test.want {
			t.Errorf("%dx%d: got %v, want %v", test.width, test.height, got, test.want)
		}
	}
	if got := layerOf([]*livekit.VideoLayer{{}}, 320, 180); got != QualityAuto {
		t.Errorf("without sizes: got %v", got)
	}
}

func TestLayerBelowAPicture(t *testing.T) {
	two := []*livekit.VideoLayer{threeLayers[2], threeLayers[0]}
	one := threeLayers[2:]
	for _, test := range []struct {
		name          string
		layers        []*livekit.VideoLayer
		width, height int
		want          Quality // QualityAuto: there is none
	}{
		{"high", threeLayers, 1280, 720, QualityMedium},
		{"nearly high", threeLayers, 960, 540, QualityMedium},
		{"medium", threeLayers, 640, 360, QualityLow},
		{"low", threeLayers, 320, 180, QualityAuto},
		{"not known yet", threeLayers, 0, 0, QualityMedium},
		{"two layers", two, 1280, 720, QualityLow},
		{"two layers, not known yet", two, 0, 0, QualityLow},
		{"one layer", one, 1280, 720, QualityAuto},
		{"one layer, not known yet", one, 0, 0, QualityAuto},
		{"sizes unknown", []*livekit.VideoLayer{{}, {Quality: livekit.VideoQuality_HIGH}}, 1280, 720, QualityAuto},
		{"no layers", nil, 1280, 720, QualityAuto},
	} {
		if got, ok := below(test.layers, test.width, test.height); got != test.want || ok != (test.want != QualityAuto) {
			t.Errorf("%s: got %v, %v, want %v", test.name, got, ok, test.want)
		}
	}
}
