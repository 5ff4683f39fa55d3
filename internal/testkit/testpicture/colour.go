package testpicture

import "math"

// Matrix is how RGB becomes YUV.
type Matrix uint8

// The two matrices in use for video, both with luma 16-235 and chroma 16-240.
const (
	BT601 Matrix = iota // Recommendation ITU-R BT.601, of standard definition
	BT709               // Recommendation ITU-R BT.709, of high definition
)

// String is the matrix's name in GStreamer's caps field colorimetry.
func (m Matrix) String() string {
	if m == BT601 {
		return "bt601"
	}
	return "bt709"
}

// weights are the luma weights of red and blue.
func (m Matrix) weights() (red, blue float64) {
	if m == BT601 {
		return 0.299, 0.114
	}
	return 0.2126, 0.0722
}

// RGB is a colour with 8 bits per component in full range.
type RGB struct{ R, G, B uint8 }

// YUV is a colour with 8 bits per component in limited range.
type YUV struct{ Y, U, V uint8 }

// YUV is this colour in the matrix's YUV, rounded to the nearest.
func (c RGB) YUV(m Matrix) YUV {
	kr, kb := m.weights()
	r, g, b := float64(c.R)/255, float64(c.G)/255, float64(c.B)/255
	y := kr*r + (1-kr-kb)*g + kb*b
	return YUV{
		Y: uint8(math.Round(16 + 219*y)),
		U: uint8(math.Round(128 + 224*(b-y)/(2*(1-kb)))),
		V: uint8(math.Round(128 + 224*(r-y)/(2*(1-kr)))),
	}
}
