package video

const (
	// vp9Jump is from how large a step of picture IDs on it is none that is understood.
	vp9Jump = 64
	// vp9Patience is how many pictures of upper temporal layers are refused in a row. An encoder whose next could not be
	// decoded either is not understood.
	vp9Patience = 32
)

// vp9Pictures finds pictures of VP9 that a sender or server left out without a gap in the RTP sequence numbers, and those
// that refer to them, by payload descriptors (RFC 9628 section 4.2). LiveKit's server leaves out temporal layers and closes
// the gaps in sequence numbers, but does not change descriptors.
type vp9Pictures struct {
	known   bool // the last picture has an ID, and so has each one since the last key frame
	wide    bool // IDs have 15 bits, not 7
	last    uint16
	age     int       // how long ago the last key frame was, in IDs
	came    [2]uint64 // bit n of both together: the picture came that is n before the last one
	base    uint8     // TL0PICIDX of the last one
	refused int       // pictures of upper layers in a row

	// In non-flexible mode:
	layers   temporalLayers
	switches [8]int // layers.base when a picture came behind which this layer refers to nothing that was before it
	doubt    gapDoubt
}

// forget forgets what came, up to the next key frame.
func (p *vp9Pictures) forget() { p.known = false }

// begin takes a key frame by the descriptor of its first packet.
func (p *vp9Pictures) begin(d *vp9Descriptor) {
	*p = vp9Pictures{known: d.hasPicture, wide: d.wide, last: d.picture, came: [2]uint64{1}, base: d.base, doubt: p.doubt}
	p.doubt.begin()
}

// step returns how far a picture is behind the last one, or 0 if that is not understood.
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

// complete reports whether the pictures came to which a frame refers, as far as its descriptor says. It is called before
// the picture is taken.
func (p *vp9Pictures) complete(d *vp9Descriptor) bool {
	step := p.step(d)
	if step == 0 {
		return true
	}
	for _, back := range d.references[:d.count] {
		n := int(back) - step // before the last one
		if back == 0 || n > p.age {
			continue // nothing can refer to itself, or over a key frame
		}
		if n < 0 || p.came[n/64]>>(n%64)&1 == 0 {
			return false
		}
	}
	return true
}

// takes takes a picture other than a key frame by the descriptor of its first packet, and whether all its frames are
// complete. It reports whether the picture cannot be decoded, and whether that holds for all up to the next key frame.
func (p *vp9Pictures) takes(d *vp9Descriptor, complete bool) (orphan, severed bool) {
	step := p.step(d)
	if step == 0 {
		p.forget()
		return false, false
	}
	lostBase := int(d.base - p.base) // of pictures of the lowest temporal layer
	if d.temporal == 0 {
		lostBase--
	}
	p.advance(d, step)
	switch missing := step - 1; {
	case d.count > 0: // it says what it refers to
		orphan = !complete && d.temporal > 0
		severed = !complete && d.temporal == 0
	case !d.hasLayers: // it refers to the one before
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

// advance makes a picture the last one. It has not come yet.
func (p *vp9Pictures) advance(d *vp9Descriptor, step int) {
	p.came[1] = p.came[1]<<step | p.came[0]>>(64-step)
	p.came[0] <<= step
	p.age += step
	p.last, p.base = d.picture, d.base
}

// isAbove reports whether a picture of non-flexible mode may refer to pictures of upper layers that were left out: its layer
// has begun again without leave, or it builds on one that has not. Which layer a missing picture is of nobody says.
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

// refuses counts a picture of an upper layer that is refused, and reports whether it is.
func (p *vp9Pictures) refuses() bool {
	if p.refused >= vp9Patience {
		return false
	}
	p.refused++
	return true
}
