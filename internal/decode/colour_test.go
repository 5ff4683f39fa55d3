package decode

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

// toldOpen is a colorimetry that names a range and primaries, and no matrix.
const toldOpen = "2:0:0:1"

func TestColoursAreWhatTheStreamTellsOrWhatBrowsersTakeThemFor(t *testing.T) {
	const bt2020, bt709, bt601 = 6, 3, 4 // GstVideoColorMatrix
	for _, test := range []struct {
		codec  caps.Codec
		told   string
		matrix uint8
	}{
		{caps.VP8, "bt709", bt601}, // it has no way to tell
		{caps.VP8, toldOpen, bt601},
		{caps.H264, "bt601", bt601},
		{caps.H264, "bt709", bt709},
		{caps.H264, toldOpen, bt709},
		{caps.VP9, "bt601", bt601},
		{caps.VP9, "bt709", bt709},
		{caps.VP9, "bt2020", bt2020},
		{caps.VP9, toldOpen, bt709},
		{caps.H265, "bt601", bt601},
		{caps.H265, "bt709", bt709},
		{caps.H265, toldOpen, bt709},
		{caps.AV1, "bt601", bt601},
		{caps.AV1, "bt709", bt709},
		{caps.AV1, toldOpen, bt709},
	} {
		for _, size := range [][2]int{{128, 96}, {128, 720}} { // GStreamer guesses by the height
			t.Run(test.codec.String()+" "+test.told, func(t *testing.T) {
				t.Parallel()
				source := "pattern=smpte75 ! video/x-raw,colorimetry=" + test.told + " ! identity"
				units := encode(t, encodedKey{codec: test.codec, source: source, width: size[0], height: size[1]})[:3]
				c := newChain(t, Config{Codec: test.codec})
				pushAll(t, c, units)
				c.End()
				f, err := c.Next(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Release()
				if got := f.Colorimetry; got.Matrix != test.matrix || got.Range != 2 {
					t.Errorf("colours %+v of %dx%d, want matrix %d in video range", got, size[0], size[1], test.matrix)
				}
			})
		}
	}
}
