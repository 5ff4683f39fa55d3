package testpicture

const (
	// Blocks is how many blocks a band has.
	Blocks = 32
	// MinWidth and MinHeight are the smallest picture whose time survives a video encoder.
	MinWidth, MinHeight = 160, 90

	// White and Black are the luma of the blocks, in limited range.
	White, Black = 235, 16

	// minContrast is the smallest difference between a block and its complement: less is a picture without a time.
	minContrast = 64
)

// BandRows is the number of rows of one of the two bands in a picture of this height. It is below 2, too little to
// be read back from subsampled video, for heights below 45.
func BandRows(height int) int { return height * 32 / 720 }

// Draw draws the two bands into the top of an 8-bit luma plane, or of a grey picture. It writes 2*BandRows(height)
// rows of width bytes.
func Draw(luma []byte, stride, width, height int, value uint32) {
	rows := BandRows(height)
	for block := range Blocks {
		top, bottom := byte(Black), byte(White)
		if value>>(Blocks-1-block)&1 == 1 {
			top, bottom = bottom, top
		}
		first, end := columns(block, width)
		for y := range rows {
			fill(luma[y*stride:][first:end], top)
			fill(luma[(rows+y)*stride:][first:end], bottom)
		}
	}
}

// columns are the first column of a block and the one after its last.
func columns(block, width int) (first, end int) {
	return block * width / Blocks, (block + 1) * width / Blocks
}

func fill(row []byte, value byte) {
	for i := range row {
		row[i] = value
	}
}

// Read reads the value from an 8-bit luma plane, or from one channel of a picture with stride bytes per row. It is not
// ok when the second band is not the complement of the first, or when the picture is too small.
func Read(luma []byte, stride, width, height int) (value uint32, ok bool) {
	return ReadBands(luma, stride, width, BandRows(height))
}

// ReadBands is Read for a picture that was cropped to its two bands, of bandRows rows each.
func ReadBands(luma []byte, stride, width, bandRows int) (value uint32, ok bool) {
	if last := (2*bandRows-1)*stride + width; width > stride || last > len(luma) {
		return 0, false
	}
	return ReadFunc(width, bandRows, func(x, y int) uint8 { return luma[y*stride+x] })
}

// ReadFunc is ReadBands for any pixel layout: brightness gives, for instance, the green of a pixel.
func ReadFunc(width, bandRows int, brightness func(x, y int) uint8) (value uint32, ok bool) {
	if width < Blocks || bandRows < 1 {
		return 0, false
	}
	for block := range Blocks {
		first, end := columns(block, width)
		x := (first + end) / 2
		contrast := int(brightness(x, bandRows/2)) - int(brightness(x, bandRows+bandRows/2))
		switch {
		case contrast >= minContrast:
			value = value<<1 | 1
		case contrast <= -minContrast:
			value <<= 1
		default:
			return 0, false
		}
	}
	return value, true
}
