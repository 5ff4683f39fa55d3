package picture_test

import (
	"math"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// TestMatrixUndoesTheStandard quantizes colours with the equations of Recommendation ITU-T H.273, section 8.3, for samples of
// 8 bits, and wants them back: no further away than the rounding of three samples makes them.
func TestMatrixUndoesTheStandard(t *testing.T) {
	for name, test := range map[string]struct {
		of        picture.Colorimetry
		red, blue float64
		full      bool
	}{
		"nothing said":           {picture.Colorimetry{}, 0.299, 0.114, false},
		"BT.601":                 {picture.BT601, 0.299, 0.114, false},
		"BT.601 in full range":   {picture.Colorimetry{Range: picture.RangeFull, Matrix: picture.MatrixBT601}, 0.299, 0.114, true},
		"BT.709":                 {picture.BT709, 0.2126, 0.0722, false},
		"BT.709 in full range":   {picture.Colorimetry{Range: picture.RangeFull, Matrix: picture.MatrixBT709}, 0.2126, 0.0722, true},
		"BT.2020":                {picture.BT2020, 0.2627, 0.0593, false},
		"BT.2020 in full range":  {picture.Colorimetry{Range: picture.RangeFull, Matrix: picture.MatrixBT2020}, 0.2627, 0.0593, true},
		"SMPTE 240M":             {picture.SMPTE240M, 0.212, 0.087, false},
		"FCC, range not known":   {picture.Colorimetry{Matrix: picture.MatrixFCC}, 0.30, 0.11, false},
		"full range, matrix not": {picture.Colorimetry{Range: picture.RangeFull}, 0.299, 0.114, true},
	} {
		t.Run(name, func(t *testing.T) {
			m, ok := test.of.ToRGB()
			if !ok {
				t.Fatal("no matrix")
			}
			for _, colour := range [][3]float64{
				{0, 0, 0}, {255, 255, 255}, {255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {0, 255, 255}, {255, 0, 255}, {255, 255, 0}, {90, 160, 30},
			} {
				y, u, v := quantized(colour, test.red, test.blue, test.full)
				got := [3]float64{
					m.Luma*(y-m.Black) + m.RedV*(v-128),
					m.Luma*(y-m.Black) - m.GreenU*(u-128) - m.GreenV*(v-128),
					m.Luma*(y-m.Black) + m.BlueU*(u-128),
				}
				for i, error := range [3]float64{m.Luma + m.RedV, m.Luma + m.GreenU + m.GreenV, m.Luma + m.BlueU} {
					if math.Abs(got[i]-colour[i]) > error/2+1e-9 {
						t.Errorf("%v is Y %v U %v V %v, and becomes %v", colour, y, u, v, got)
					}
				}
			}
		})
	}
}

// quantized is equations 38 to 46: without the clipping of chroma of 255.5 in full range, which is no rounding.
func quantized(colour [3]float64, red, blue float64, full bool) (y, u, v float64) {
	r, g, b := colour[0]/255, colour[1]/255, colour[2]/255
	luma := red*r + (1-red-blue)*g + blue*b
	cb, cr := (b-luma)/(1-blue)/2, (r-luma)/(1-red)/2
	if full {
		return math.Round(255 * luma), math.Round(255*cb) + 128, math.Round(255*cr) + 128
	}
	return math.Round(219*luma + 16), math.Round(224*cb) + 128, math.Round(224*cr) + 128
}

func TestRGBHasNoMatrix(t *testing.T) {
	if _, ok := picture.SRGB.ToRGB(); ok {
		t.Error("there is one")
	}
}
