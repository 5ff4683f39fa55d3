package testpicture

import "image"

const (
	patchColumns = 4
	patchRows    = 2
)

// Patch is one flat colour of the known picture.
type Patch struct {
	Name         string
	RGB          RGB
	BT601, BT709 YUV
	// Column is 0 to 3 and Row 0 or 1.
	Column, Row int
}

// Patches are the eight patches from left to right and top to bottom: the upper row is white, yellow, cyan and green,
// the lower one magenta, red, blue and black, at 75 % (191 of 255).
func Patches() []Patch {
	const full = 191
	var patches []Patch
	for i, colour := range []struct {
		name string
		rgb  RGB
	}{
		{"white", RGB{full, full, full}},
		{"yellow", RGB{full, full, 0}},
		{"cyan", RGB{0, full, full}},
		{"green", RGB{0, full, 0}},
		{"magenta", RGB{full, 0, full}},
		{"red", RGB{full, 0, 0}},
		{"blue", RGB{0, 0, full}},
		{"black", RGB{0, 0, 0}},
	} {
		patches = append(patches, Patch{
			Name:   colour.name,
			RGB:    colour.rgb,
			BT601:  colour.rgb.YUV(BT601),
			BT709:  colour.rgb.YUV(BT709),
			Column: i % patchColumns,
			Row:    i / patchColumns,
		})
	}
	return patches
}

// YUV is the patch's colour in one of the two matrices.
func (p Patch) YUV(m Matrix) YUV {
	if m == BT601 {
		return p.BT601
	}
	return p.BT709
}

// Bounds is where the patch is in a picture of this size: the patches share what the two bands leave.
func (p Patch) Bounds(width, height int) image.Rectangle {
	top := 2 * BandRows(height)
	rows := height - top
	return image.Rect(
		p.Column*width/patchColumns, top+p.Row*rows/patchRows,
		(p.Column+1)*width/patchColumns, top+(p.Row+1)*rows/patchRows,
	)
}

// Centre is the patch's middle in a picture of this size, the place to compare colours at.
func (p Patch) Centre(width, height int) image.Point {
	bounds := p.Bounds(width, height)
	return bounds.Min.Add(bounds.Size().Div(2))
}

// DrawPatches draws the known picture without its time. The planes of picture hold limited-range values of the matrix,
// unlike what package image makes of them; any chroma subsampling will do.
func DrawPatches(picture *image.YCbCr, m Matrix) {
	origin := picture.Rect.Min
	for _, patch := range Patches() {
		colour := patch.YUV(m)
		bounds := patch.Bounds(picture.Rect.Dx(), picture.Rect.Dy()).Add(origin)
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			for x := bounds.Min.X; x < bounds.Max.X; x++ {
				picture.Y[picture.YOffset(x, y)] = colour.Y
				chroma := picture.COffset(x, y)
				picture.Cb[chroma], picture.Cr[chroma] = colour.U, colour.V
			}
		}
	}
	neutralizeBands(picture)
}

// neutralizeBands gives the chroma behind the bands, where Draw only writes luma, no colour.
func neutralizeBands(picture *image.YCbCr) {
	origin := picture.Rect.Min
	for y := range 2 * BandRows(picture.Rect.Dy()) {
		for x := range picture.Rect.Dx() {
			chroma := picture.COffset(origin.X+x, origin.Y+y)
			picture.Cb[chroma], picture.Cr[chroma] = 128, 128
		}
	}
}

// Known is the known picture with a time in it, in 4:2:0.
func Known(width, height int, m Matrix, value uint32) *image.YCbCr {
	picture := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	DrawPatches(picture, m)
	Draw(picture.Y, picture.YStride, width, height, value)
	return picture
}
