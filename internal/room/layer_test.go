package room

import (
	"math"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
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
		any     = caps.QualityAuto
	)
	portrait := []*livekit.VideoLayer{
		{Quality: highest, Width: 720, Height: 1280}, {Quality: lowest, Width: 180, Height: 320},
	}
	for _, test := range []struct {
		name   string
		layer  caps.Layer
		atMost caps.Quality
		sizes  []*livekit.VideoLayer
		want   Settings
	}{
		{"zero value", caps.Layer{}, any, threeLayers, Settings{Quality: highest, FPS: allFrames}},
		{"low", caps.Layer{Quality: caps.QualityLow}, any, nil, Settings{Quality: lowest, FPS: allFrames}},
		{"medium", caps.Layer{Quality: caps.QualityMedium}, any, nil, Settings{Quality: middle, FPS: allFrames}},
		{"high", caps.Layer{Quality: caps.QualityHigh, Width: 1}, any, threeLayers, Settings{Quality: highest, FPS: allFrames}},
		{"off", caps.Layer{Quality: caps.QualityOff}, any, threeLayers, nothing},
		{"paused", caps.Layer{Quality: caps.QualityLow, Paused: true, MaxFrameRate: 5}, any, threeLayers, nothing},
		{"smaller than all", caps.Layer{Width: 1, Height: 1}, any, threeLayers, Settings{Quality: lowest, FPS: allFrames}},
		{"exactly", caps.Layer{Width: 640, Height: 360}, any, threeLayers, Settings{Quality: middle, FPS: allFrames}},
		{"a column more", caps.Layer{Width: 641, Height: 360}, any, threeLayers, Settings{Quality: highest, FPS: allFrames}},
		{"a row more", caps.Layer{Width: 320, Height: 181}, any, threeLayers, Settings{Quality: middle, FPS: allFrames}},
		{"larger than all", caps.Layer{Width: 4000}, any, threeLayers, Settings{Quality: highest, FPS: allFrames}},
		{"width alone", caps.Layer{Width: 320}, any, threeLayers, Settings{Quality: lowest, FPS: allFrames}},
		{"portrait", caps.Layer{Width: 180, Height: 320}, any, portrait, Settings{Quality: lowest, FPS: allFrames}},
		{"landscape of a portrait", caps.Layer{Width: 320, Height: 180}, any, portrait, Settings{Quality: highest, FPS: allFrames}},
		{"sizes unknown", caps.Layer{Width: 1}, any, []*livekit.VideoLayer{{}}, Settings{Quality: highest, FPS: allFrames}},
		{"no layers", caps.Layer{Width: 1}, any, nil, Settings{Quality: highest, FPS: allFrames}},
		{"frame rate", caps.Layer{MaxFrameRate: 29.97}, any, nil, Settings{Quality: highest, FPS: 30}},
		{"frame rate below one", caps.Layer{MaxFrameRate: 0.1}, any, nil, Settings{Quality: highest, FPS: 1}},
		{"frame rate without end", caps.Layer{MaxFrameRate: math.Inf(1)}, any, nil, Settings{Quality: highest, FPS: allFrames}},
		{"no limit", caps.Layer{}, caps.QualityHigh, threeLayers, Settings{Quality: highest, FPS: allFrames}},
		{"the best, limited", caps.Layer{}, caps.QualityMedium, threeLayers, Settings{Quality: middle, FPS: allFrames}},
		{"by name, limited", caps.Layer{Quality: caps.QualityHigh}, caps.QualityLow, threeLayers, Settings{Quality: lowest, FPS: allFrames}},
		{"by size, limited", caps.Layer{Width: 1280}, caps.QualityMedium, threeLayers, Settings{Quality: middle, FPS: allFrames}},
		{"below the limit", caps.Layer{Width: 320}, caps.QualityMedium, threeLayers, Settings{Quality: lowest, FPS: allFrames}},
		{"paused, limited", caps.Layer{Paused: true}, caps.QualityLow, threeLayers, nothing},
	} {
		if err := test.layer.Validate(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if got := (Choice{test.layer, test.atMost}).settings(test.sizes); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestWishesMergeToTheLarger(t *testing.T) {
	slow := Settings{Quality: livekit.VideoQuality_HIGH, FPS: 5}
	small := Settings{Quality: livekit.VideoQuality_LOW, FPS: 20}
	for _, test := range []struct{ a, b, want Settings }{
		{slow, small, Settings{Quality: livekit.VideoQuality_HIGH, FPS: 20}},
		{slow, nothing, slow},
		{nothing, nothing, nothing},
		{small, Everything, Everything},
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
		want          caps.Quality
	}{
		{320, 180, caps.QualityLow},
		{640, 360, caps.QualityMedium},
		{1280, 720, caps.QualityHigh},
		{960, 540, caps.QualityHigh}, // libwebrtc scales down on a slow machine
		{16, 16, caps.QualityLow},
	} {
		if got := nearestLayer(threeLayers, test.width, test.height); got != test.want {
			t.Errorf("%dx%d: got %v, want %v", test.width, test.height, got, test.want)
		}
	}
	if got := nearestLayer([]*livekit.VideoLayer{{}}, 320, 180); got != caps.QualityAuto {
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
		want          caps.Quality // caps.QualityAuto: there is none
	}{
		{"high", threeLayers, 1280, 720, caps.QualityMedium},
		{"nearly high", threeLayers, 960, 540, caps.QualityMedium},
		{"medium", threeLayers, 640, 360, caps.QualityLow},
		{"low", threeLayers, 320, 180, caps.QualityAuto},
		{"not known yet", threeLayers, 0, 0, caps.QualityMedium},
		{"two layers", two, 1280, 720, caps.QualityLow},
		{"two layers, not known yet", two, 0, 0, caps.QualityLow},
		{"one layer", one, 1280, 720, caps.QualityAuto},
		{"one layer, not known yet", one, 0, 0, caps.QualityAuto},
		{"sizes unknown", []*livekit.VideoLayer{{}, {Quality: livekit.VideoQuality_HIGH}}, 1280, 720, caps.QualityAuto},
		{"no layers", nil, 1280, 720, caps.QualityAuto},
	} {
		if got, ok := below(test.layers, test.width, test.height); got != test.want || ok != (test.want != caps.QualityAuto) {
			t.Errorf("%s: got %v, %v, want %v", test.name, got, ok, test.want)
		}
	}
}

func TestLayerIsTheOneOfThePicturesSize(t *testing.T) {
	layers := []*livekit.VideoLayer{threeLayers[0], threeLayers[2]}
	older := &livekit.TrackInfo{Layers: layers} //nolint:staticcheck // older servers have no others
	for name, row := range map[string]struct {
		track         *livekit.TrackInfo
		width, height int
		want          caps.Quality // caps.QualityAuto: it is not known
	}{
		"OfTheTrack":  {older, 1280, 720, caps.QualityHigh},
		"OfACodec":    {&livekit.TrackInfo{Codecs: []*livekit.SimulcastCodecInfo{{}, {Layers: layers}}}, 320, 180, caps.QualityLow},
		"AnotherSize": {older, 640, 360, caps.QualityAuto},
		"NoTrack":     {nil, 320, 180, caps.QualityAuto},
	} {
		t.Run(name, func(t *testing.T) {
			if got := LayerOf(row.track, row.width, row.height); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}
