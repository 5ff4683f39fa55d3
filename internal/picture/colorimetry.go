package picture

// Colorimetry describes the colours of YUV samples. It has the fields and numbers of a GstVideoColorimetry; 0 is
// unknown.
type Colorimetry struct {
	Range, Matrix, Transfer, Primaries uint8
}

// Values of GstVideoColorRange.
const (
	RangeFull  = 1 // 0 to 255
	RangeVideo = 2 // 16 to 235, chroma to 240
)

// Values of GstVideoColorMatrix.
const (
	MatrixRGB       = 1 // the planes are green, blue and red
	MatrixFCC       = 2
	MatrixBT709     = 3
	MatrixBT601     = 4
	MatrixSMPTE240M = 5
	MatrixBT2020    = 6
)

// The values for GStreamer's colorimetry names.
var (
	BT601     = Colorimetry{RangeVideo, MatrixBT601, 16, 4}
	BT709     = Colorimetry{RangeVideo, MatrixBT709, 5, 1}
	SMPTE240M = Colorimetry{RangeVideo, MatrixSMPTE240M, 6, 5}
	BT2020    = Colorimetry{RangeVideo, MatrixBT2020, 11, 7}
	SRGB      = Colorimetry{RangeFull, MatrixRGB, 7, 1}
)

// Matrix converts 8-bit Y'CbCr to R'G'B':
//
//	R = Luma*(Y-Black) + RedV*(V-128)
//	G = Luma*(Y-Black) - GreenU*(U-128) - GreenV*(V-128)
//	B = Luma*(Y-Black) + BlueU*(U-128)
type Matrix struct {
	Black, Luma, RedV, GreenU, GreenV, BlueU float64
}

// ToRGB returns the matrix that follows from the luma weights of red and blue and from the range of the samples
// (Recommendation ITU-T H.273, section 8.3). Unknown fields are BT.601 in video range, as in WebRTC. ok is false if the
// planes are not Y'CbCr.
func (c Colorimetry) ToRGB() (m Matrix, ok bool) {
	var red, blue float64
	switch c.Matrix {
	case 0, MatrixBT601:
		red, blue = 0.299, 0.114
	case MatrixBT709:
		red, blue = 0.2126, 0.0722
	case MatrixBT2020:
		red, blue = 0.2627, 0.0593
	case MatrixSMPTE240M:
		red, blue = 0.212, 0.087
	case MatrixFCC:
		red, blue = 0.30, 0.11
	default:
		return Matrix{}, false
	}
	green := 1 - red - blue
	black, luma, chroma := 16.0, 255.0/219, 255.0/224
	if c.Range == RangeFull { // 255 steps for chroma, too: 128 is 0, and 0.5 and -0.5 are 255.5 and 0.5
		black, luma, chroma = 0, 1, 1
	}
	return Matrix{
		Black:  black,
		Luma:   luma,
		RedV:   2 * (1 - red) * chroma,
		GreenU: 2 * (1 - blue) * blue / green * chroma,
		GreenV: 2 * (1 - red) * red / green * chroma,
		BlueU:  2 * (1 - blue) * chroma,
	}, true
}
