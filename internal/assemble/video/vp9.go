package video

import "github.com/gst-livekit/gst-livekit/internal/picture"

// vp9 implements RFC 9628, in flexible and non-flexible mode. A unit is a picture: the frames of all its spatial layers
// that were sent, from the lowest to the highest.
//
// Several layers are joined to a superframe that shows the highest: see vp9superframe.go.
//
// It does not use pion's codecs.VP9Packet, which appends the references of each packet to those of the packets before,
// and fails at the fourth.
type vp9 struct {
	picture    uint16 // picture ID of the last picture that began; valid if hasPicture
	lowest     byte   // spatial layer with which it began
	hasPicture bool

	references vp9References
	pictures   vp9Pictures

	// The present unit:
	layer       byte // the last spatial layer
	open        bool // the layer's frame has not ended
	start       int  // index of this frame in the unit
	intra       bool // the first frame is of the base layer and refers to no other picture
	first       vp9Descriptor
	lacks       bool  // a frame refers to a picture that was not received
	ends        []int // index in the unit of the end of each layer's frame
	colorimetry picture.Colorimetry
	trailer     trailerItems
}

// vp9Descriptor has the relevant fields of a payload descriptor (RFC 9628 section 4.2).
type vp9Descriptor struct {
	begins, ends bool // beginning and end of a layer's frame (B, E)
	inter        bool // it refers to other pictures (P)
	dependent    bool // it refers to the layer below (D)
	hasPicture   bool // I
	picture      uint16
	wide         bool    // the picture ID has 15 bits
	flexible     bool    // F
	hasLayers    bool    // L
	layer        byte    // SID
	temporal     byte    // TID
	switchUp     bool    // U
	base         byte    // TL0PICIDX
	references   [3]byte // P_DIFF
	count        int     // of them
	size         int     // of the descriptor
}

// parseVP9Descriptor parses the descriptor of a payload. It is an error if nothing follows it.
func parseVP9Descriptor(payload []byte) (d vp9Descriptor, err error) {
	const i, p, l, f, b, e, v = 0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02
	r := byteReader{rest: payload}
	flags := r.next()
	d.begins, d.ends, d.inter, d.hasPicture = flags&b != 0, flags&e != 0, flags&p != 0, flags&i != 0
	d.flexible, d.hasLayers = flags&f != 0, flags&l != 0
	if d.hasPicture {
		d.picture = uint16(r.next())
		if d.picture&0x80 != 0 { // M
			d.wide = true
			d.picture = d.picture&0x7f<<8 | uint16(r.next())
		}
	}
	if d.hasLayers {
		layers := r.next()
		d.temporal, d.switchUp = layers>>5, layers>>4&1 != 0
		d.layer, d.dependent = layers>>1&7, layers&1 != 0
		if !d.flexible {
			d.base = r.next()
		}
	}
	if d.flexible && d.inter {
		for more := true; more; d.count++ {
			if d.count == len(d.references) {
				return d, errFormat
			}
			b := r.next()
			d.references[d.count], more = b>>1, b&1 != 0 // P_DIFF, N
		}
	}
	if flags&v != 0 {
		r.skipScalabilityStructure()
	}
	if len(r.rest) == 0 || r.failed {
		return d, errTruncated
	}
	d.size = len(payload) - len(r.rest)
	return d, nil
}

// skipScalabilityStructure skips the scalability structure of a descriptor (RFC 9628 section 4.2.1).
func (r *byteReader) skipScalabilityStructure() {
	const y, g = 0x10, 0x08
	flags := r.next()
	if flags&y != 0 {
		r.skip(4 * (int(flags>>5) + 1)) // width and height of N_S + 1 layers
	}
	if flags&g != 0 {
		for range r.next() { // N_G
			r.skip(int(r.next() >> 2 & 3)) // R times P_DIFF
		}
	}
}

func (v *vp9) look(payload []byte) glance {
	d, err := parseVP9Descriptor(payload)
	if err != nil || !d.begins || d.layer != 0 {
		return glance{}
	}
	return glance{begins: true, restarts: true, key: !d.inter, entry: !d.inter}
}

// continues accepts a picture as the next one only if it begins with the same layer as the previous one: a lower layer
// may have been lost.
func (v *vp9) continues(payload []byte) bool {
	d, err := parseVP9Descriptor(payload)
	return err == nil && v.hasPicture && d.hasPicture && d.begins && d.layer == v.lowest && followsPicture(d.picture, v.picture)
}

func (v *vp9) trailerInside() {}

func (v *vp9) lost() { v.pictures.forget() }

func (v *vp9) frameEnds() []int { return v.ends }

func (v *vp9) reset() {
	v.open = false
	v.ends = v.ends[:0]
	v.trailer.reset()
}

func (v *vp9) add(unit, payload []byte) ([]byte, error) {
	d, err := parseVP9Descriptor(payload)
	if err != nil {
		return unit, err
	}
	switch first := len(unit) == 0; {
	case d.begins == v.open, v.open && d.layer != v.layer:
		return unit, errPartial
	case v.open:
	case first && d.dependent && d.layer > 0, !first && d.dependent && d.layer != v.layer+1:
		return unit, errPartial // the layer that it depends on
	case !first && d.layer <= v.layer:
		return unit, errFormat
	case first:
		v.picture, v.hasPicture, v.lowest = d.picture, d.hasPicture, d.layer
		v.intra = d.layer == 0 && !d.inter
		v.first, v.lacks = d, false
		fallthrough
	default:
		v.lacks = v.lacks || !v.pictures.complete(&d)
		v.open, v.layer, v.start = true, d.layer, len(unit)
	}
	unit = append(unit, payload[d.size:]...)
	if d.ends {
		v.open = false
		// Publishers add their trailer to the frame of each layer.
		frame, items := cutTrailer(unit[v.start:])
		v.trailer.keep(items)
		unit = unit[:v.start+len(frame)]
		v.ends = append(v.ends, len(unit))
	}
	return unit, nil
}

func (v *vp9) finish(unit []byte) (frame, error) {
	switch {
	case len(unit) == 0:
		return frame{}, errNoPicture
	case v.open:
		return frame{}, errPartial
	}
	f := frame{key: v.intra && isVP9KeyFrame(unit[0]), trailer: v.trailer.items}
	var size vp9Size
	f.data, size, f.pixels = v.superframe(unit)
	if f.key {
		f.width, f.height, f.colorimetry = size.width, size.height, v.colorimetry
		v.pictures.begin(&v.first)
	} else {
		f.orphan, f.severed = v.pictures.takes(&v.first, !v.lacks)
	}
	return f, nil
}

// isVP9KeyFrame reports whether a frame that begins with b is a key frame, and not only intra-coded (VP9 bitstream
// specification section 6.2).
func isVP9KeyFrame(b byte) bool {
	const marker, notKey = 0x80, 1
	if b&0xc0 != marker {
		return false
	}
	b <<= 2
	profile := b>>7 | b>>5&2 // the low bit comes first
	b <<= 2
	if profile == 3 {
		b <<= 1 // reserved_zero
	}
	const showExisting = 0x80
	return b&showExisting == 0 && b>>6&notKey == 0
}
