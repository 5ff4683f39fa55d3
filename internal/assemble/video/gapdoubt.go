package video

const (
	// doubtSoon is how soon behind a key frame a gap says something about the encoder, in pictures, and doubtGaps how many
	// such gaps in a row it takes.
	doubtSoon = 32
	doubtGaps = 4
)

// gapDoubt tells frames that were left out from an encoder that does not number its frames as it should: that one has a gap
// behind each key frame. What it sends can be decoded, and waiting for the next key frame would never end. The zero value
// believes.
type gapDoubt struct {
	pictures int // since the last key frame
	soon     int // gaps in a row that came soon behind a key frame
}

// begin takes a key frame.
func (d *gapDoubt) begin() { d.pictures = 0 }

// believes takes any other picture, and reports whether a gap in front of it is believed to be one.
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
