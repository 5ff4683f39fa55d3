package video

// h264Numbers finds H.264 pictures that a sender or server dropped without a gap in the RTP sequence numbers. It uses
// frame_num, which increases by one after each reference picture (section 7.4.3).
//
// This is not possible for H.265: picture order counts say when a picture is shown, and may skip any number.
type h264Numbers struct {
	numbering [32]h264Numbering // by seq_parameter_set_id
	sequence  [256]uint8        // seq_parameter_set_id + 1 by pic_parameter_set_id; 0 is unknown

	active   h264Numbering // of the pictures since the last IDR picture, with which it may change
	last     int           // frame_num of the last reference picture
	unneeded bool          // the previous picture is not a reference
	doubt    gapDoubt
}

// h264Numbering describes the numbering of the pictures of an SPS.
type h264Numbering struct {
	bits   int  // of frame_num; 0: gaps cannot be detected
	planes bool // slice headers contain colour_plane_id
	fields bool
	layers bool // a gap may be a dropped temporal layer, but not in front of a P slice
}

// newH264Numbering derives the numbering from fields of an SPS.
func newH264Numbering(bits, references int, gaps, planes, fields bool) h264Numbering {
	const longest = 16 // bits of frame_num
	switch {
	case bits > longest:
	case references == 0: // there are no reference pictures
	case gaps && references > 1:
		// A temporal layer may have been dropped, to which the next picture need not refer.
	default:
		// For the frames missing in a gap, a decoder inserts frames that do not exist. If it keeps only one frame, every
		// reference is to one of these.
		return h264Numbering{bits: bits, planes: planes, fields: fields, layers: gaps}
	}
	return h264Numbering{}
}

// keepSPS takes an SPS.
func (n *h264Numbers) keepSPS(s sps) {
	if s.known && s.id < len(n.numbering) {
		n.numbering[s.id] = s.numbering
	}
}

// keepPPS takes a PPS NAL unit.
func (n *h264Numbers) keepPPS(nal []byte) {
	r := spsReader{bitReader{data: nal[1:]}} // two IDs, without emulation prevention
	pps, sps := r.ue(), r.ue()
	if pps >= len(n.sequence) {
		return
	}
	n.sequence[pps] = 0
	if sps < len(n.numbering) && !r.failed {
		n.sequence[pps] = uint8(sps) + 1
	}
}

// forget makes gaps undetectable until the next IDR picture.
func (n *h264Numbers) forget() { n.active.bits = 0 }

// follows takes the first slice of a picture, and reports whether all pictures that it may refer to were received.
func (n *h264Numbers) follows(nal []byte) bool {
	const longest = 16 // bytes of the slice header that are needed, which ends after frame_num
	var memory [longest]byte
	r := spsReader{bitReader{data: appendRBSP(memory[:0], nal[1:min(len(nal), longest)])}}
	r.ue() // first_mb_in_slice
	kind, pps := r.ue(), r.ue()
	needed := nal[0]&nalRefIDC != 0
	if nal[0]&nalTypeMask == nalIDR {
		n.begin(pps)
		return true
	}
	if n.active.bits == 0 {
		return true
	}
	if n.active.planes {
		r.bits(2) // colour_plane_id
	}
	number := r.bits(n.active.bits)
	if r.failed {
		n.forget()
		return true
	}
	gap := n.isGap(number, kind, needed)
	n.unneeded = !needed
	if needed {
		n.last = number
	}
	if n.doubt.believes(gap) {
		n.forget()
		return false
	}
	return true
}

// begin is called for an IDR picture, whose frame_num is 0.
func (n *h264Numbers) begin(pps int) {
	n.active = h264Numbering{}
	if pps < len(n.sequence) && n.sequence[pps] > 0 {
		n.active = n.numbering[n.sequence[pps]-1]
	}
	n.last, n.unneeded = 0, false
	n.doubt.begin()
}

// isGap reports whether reference pictures are missing between the last one and the picture with this number.
func (n *h264Numbers) isGap(number, kind int, needed bool) bool {
	const p = 0 // slice_type, and 5 more if all slices of the picture have it
	missing := (number - n.last - 1) & (1<<n.active.bits - 1)
	switch {
	case missing == 0, number == n.last: // the second field has the number of the first one
		return false
	case number == 1, number == 0 && n.active.fields:
		// The previous picture restarted the numbering without being an IDR picture (memory_management_control_operation
		// 5). To be sure of that, the whole slice header would have to be parsed.
		return false
	case missing == 1 && n.unneeded && needed:
		// Some encoders also increase frame_num for non-reference pictures. Others have several non-reference pictures
		// after each reference picture, and these show the gap.
		return false
	}
	return !n.active.layers || kind%5 == p
}
