package video

// h264Numbers finds pictures of H.264 that a sender or server left out without a gap in the RTP sequence numbers, by the
// numbers of frames: frame_num rises by one behind each picture that others may refer to (section 7.4.3).
//
// H.265 has nothing like it: picture order counts say when a picture is shown, and may skip any number.
type h264Numbers struct {
	numbering [32]h264Numbering // by seq_parameter_set_id
	sequence  [256]uint8        // seq_parameter_set_id + 1 by pic_parameter_set_id; 0 is unknown

	active   h264Numbering // of the pictures since the last IDR picture; only with one does it change
	last     int           // frame_num of the last picture that others may refer to
	unneeded bool          // nothing refers to the picture before
	doubt    gapDoubt
}

// h264Numbering is how the pictures are numbered of which an SPS tells.
type h264Numbering struct {
	bits   int  // of frame_num; 0: gaps say nothing
	planes bool // there is a colour_plane_id in slice headers
	fields bool
	layers bool // gaps may be of temporal layers that were left out, but not in front of a P slice
}

// newH264Numbering takes what an SPS says of it.
func newH264Numbering(bits, references int, gaps, planes, fields bool) h264Numbering {
	const longest = 16 // bits of frame_num
	switch {
	case bits > longest:
	case references == 0: // nothing is referred to
	case gaps && references > 1:
		// A temporal layer may have been left out, to which the next picture need not refer.
	default:
		// A decoder puts frames that do not exist in the place of those which a gap leaves out. If it keeps only one frame,
		// what refers to any refers to such a one.
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

// forget forgets what the next pictures are numbered like, up to the next IDR picture.
func (n *h264Numbers) forget() { n.active.bits = 0 }

// follows takes the first slice of a picture, and reports whether the pictures that it may refer to have come.
func (n *h264Numbers) follows(nal []byte) bool {
	const longest = 16 // bytes of the header up to frame_num, and as far as they are needed
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

// begin takes an IDR picture: its frame_num is 0.
func (n *h264Numbers) begin(pps int) {
	n.active = h264Numbering{}
	if pps < len(n.sequence) && n.sequence[pps] > 0 {
		n.active = n.numbering[n.sequence[pps]-1]
	}
	n.last, n.unneeded = 0, false
	n.doubt.begin()
}

// isGap reports whether pictures that others may refer to are missing between the last such and one with this number.
func (n *h264Numbers) isGap(number, kind int, needed bool) bool {
	const p = 0 // slice_type, and 5 more if all slices of the picture have it
	missing := (number - n.last - 1) & (1<<n.active.bits - 1)
	switch {
	case missing == 0, number == n.last: // the second field has the number of the first one
		return false
	case number == 1, number == 0 && n.active.fields:
		// It comes behind a picture that began the numbers anew without being an IDR picture
		// (memory_management_control_operation 5). To be sure of that would need all of the slice header.
		return false
	case missing == 1 && n.unneeded && needed:
		// Some encoders also count pictures to which nothing refers. Others have more of those behind each that is needed,
		// and these show the gap.
		return false
	}
	return !n.active.layers || kind%5 == p
}
