package video

const (
	// vp9Jump is the step of picture IDs from which they count as discontinuous.
	vp9Jump = 64
	// vp9Patience is how many pictures of upper temporal layers are refused in a row. If an encoder sends more that
	// cannot be decoded, its references are not understood.
	vp9Patience = 32
)

// vp9Pictures finds VP9 pictures that a sender or server dropped without a gap in the RTP sequence numbers, and
// pictures that refer to them, from payload descriptors (RFC 9628 section 4.2). LiveKit's server drops temporal layers
// and closes the gaps in sequence numbers, but does not change descriptors.
type vp9Pictures struct {
	known   bool // the last picture has an ID, and so has each one since the last key frame
	wide    bool // IDs have 15 bits, not 7
	last    uint16
	age     int       // distance to the last key frame, in IDs
	came    [2]uint64 // bit n of both together: the picture n before the last one was received
	base    uint8     // TL0PICIDX of the last picture
	refused int       // pictures of upper layers refused in a row

	// In non-flexible mode:
	layers   temporalLayers
	switches [8]int // for each layer, layers.base at the last picture from which on the layer refers to nothing earlier
	doubt    gapDoubt
}

// forget ignores references until the next key frame.
func (p *vp9Pictures) forget() { p.known = false }

// begin takes the descriptor of a key frame's first packet.
func (p *vp9Pictures) begin(d *vp9Descriptor) {
	*p = vp9Pictures{known: d.hasPicture, wide: d.wide, last: d.picture, came: [2]uint64{1}, base: d.base, doubt: p.doubt}
	p.doubt.begin()
}

// step returns how many IDs a picture is after the last one, or 0 if that is not clear.
func (p *vp9Pictures) step(d *vp9Descriptor) int {
	if !p.known || !d.hasPicture || d.wide != p.wide {
		return 0
	}
	mask := uint16(0x7f)
	if p.wide {
		mask = 0x7fff
	}
	if step := int((d.picture - p.last) & mask); step < vp9Jump {
		return step
	}
	return 0
}

// complete reports whether the pictures to which a frame refers were received, as far as its descriptor says. It is
// called before takes.
func (p *vp9Pictures) complete(d *vp9Descriptor) bool {
	step := p.step(d)
	if step == 0 {
		return true
	}
	for _, back := range d.references[:d.count] {
		n := int(back) - step // before the last picture
		if back == 0 || n > p.age {
			continue // a frame cannot refer to itself, or to one before a key frame
		}
		if n < 0 || p.came[n/64]>>(n%64)&1 == 0 {
			return false
		}
	}
	return true
}

// takes takes the descriptor of the first packet of a picture that is not a key frame, and whether all its frames are
// complete. It reports whether the picture cannot be decoded, and whether that applies to all pictures up to the next
// key frame.
func (p *vp9Pictures) takes(d *vp9Descriptor, complete bool) (orphan, severed bool) {
	step := p.step(d)
	if step == 0 {
		p.forget()
		return false, false
	}
	lostBase := int(d.base - p.base) // missing pictures of the lowest temporal layer
	if d.temporal == 0 {
		lostBase--
	}
	p.advance(d, step)
	switch missing := step - 1; {
	case d.count > 0: // it lists its references
		orphan = !complete && d.temporal > 0
		severed = !complete && d.temporal == 0
	case !d.hasLayers: // it refers to the previous picture
		severed = missing > 0
	case !d.flexible:
		severed = lostBase > 0 && lostBase <= missing
		orphan = p.isAbove(d)
	}
	severed = p.doubt.believes(severed)
	orphan = orphan && p.refuses()
	switch {
	case severed:
		p.forget()
	case !orphan:
		p.came[0] |= 1
		if d.temporal > 0 && p.refused < vp9Patience {
			p.refused = 0
		}
	}
	return orphan, severed
}

// advance makes a picture the last one, which does not mark it as received.
func (p *vp9Pictures) advance(d *vp9Descriptor, step int) {
	p.came[1] = p.came[1]<<step | p.came[0]>>(64-step)
	p.came[0] <<= step
	p.age += step
	p.last, p.base = d.picture, d.base
}

// isAbove reports whether a picture of non-flexible mode may refer to dropped pictures of upper layers: its layer has
// begun again at a picture that does not allow that, or depends on one that has not begun again. The layer of a missing
// picture is unknown.
func (p *vp9Pictures) isAbove(d *vp9Descriptor) bool {
	if d.temporal == 0 {
		p.layers.base++
	}
	for tid := d.temporal; tid > 0; tid-- {
		if begins := tid == d.temporal && (d.switchUp || p.layers.base-p.switches[tid] <= 1); !begins && p.layers.isAway(tid) {
			return true
		}
	}
	p.layers.away[d.temporal], p.layers.last[d.temporal] = false, p.layers.base
	if d.switchUp {
		for tid := int(d.temporal) + 1; tid < len(p.switches); tid++ {
			p.switches[tid] = p.layers.base
		}
	}
	return false
}

// refuses counts a refused picture of an upper layer, and reports whether to refuse it.
func (p *vp9Pictures) refuses() bool {
	if p.refused >= vp9Patience {
		return false
	}
	p.refused++
	return true
}
