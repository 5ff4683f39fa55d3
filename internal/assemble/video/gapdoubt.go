package video

const (
	// doubtSoon is how many pictures after a key frame a gap counts as soon, and doubtGaps how many such gaps in a row
	// show that the encoder's numbering is wrong.
	doubtSoon = 32
	doubtGaps = 4
)

// gapDoubt distinguishes dropped frames from an encoder that numbers its frames wrongly, with a gap after each key
// frame. Frames of such an encoder can be decoded, and waiting for the next key frame would never end. The zero value
// believes gaps.
type gapDoubt struct {
	pictures int // since the last key frame
	soon     int // gaps in a row that were soon after a key frame
}

// begin is called for a key frame.
func (d *gapDoubt) begin() { d.pictures = 0 }

// believes is called for any other picture, and reports whether a gap in front of it is real.
func (d *gapDoubt) believes(gap bool) bool {
	d.pictures++
	switch {
	case !gap || d.soon >= doubtGaps:
		return false
	case d.pictures < doubtSoon:
		d.soon++
	default:
		d.soon = 0
	}
	return d.soon < doubtGaps
}
