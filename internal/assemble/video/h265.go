package video

// NAL unit types of H.265 (table 7-1) and of its payload structures (RFC 7798 section 4.4).
const (
	h265RASLN    = 8 // leading pictures that refer to pictures before the random access point
	h265RASLR    = 9
	h265BLA      = 16 // the first of the random access points (IRAP): 3 of BLA, 2 of IDR, CRA
	h265CRA      = 21
	h265LastIRAP = 23
	h265LastVCL  = 31
	h265VPS      = 32
	h265SPS      = 33
	h265PPS      = 34
	h265AUD      = 35
	h265SEI      = 39 // prefix
	h265LastNAL  = 47
	h265AP       = 48
	h265FU       = 49

	h265Header   = 2 // size of a NAL unit header
	h265TypeMask = 0x7e
)

var h265Format = nalFormat{
	header: h265Header, least: h265Header + 1, mask: h265TypeMask, shift: 1,
	last: h265LastNAL, delimiter: h265AUD, aggregate: h265AP, fragment: h265FU, // PACI is not supported (RFC 7798 section 4.4.4)
}

// h265 implements RFC 7798 without decoding order numbers, which WebRTC does not negotiate: single NAL units,
// aggregation packets and fragmentation units.
//
// It does not use pion's codecs.H265Packet and H265Depacketizer, for the reasons given at h264.
type h265 struct {
	nalUnits

	// The present unit:
	irap    int  // NAL unit type of a random access point picture, or 0
	leading bool // the picture is a RASL picture
}

func (h *h265) look(payload []byte) glance {
	kind, nal, ok := h265Format.begin(payload)
	switch {
	case !ok, len(nal) <= h265Header:
		return glance{}
	case kind == h265AUD:
		// pic_type 0 announces intra slices only (table 7-2).
		return glance{begins: true, entry: nal[2]>>5 == 0}
	case kind == h265VPS:
		return glance{begins: true, key: true, entry: true}
	case kind == h265SPS:
		return glance{begins: !h.selfContained, key: true}
	case kind == h265PPS, kind == h265SEI:
		return glance{begins: !h.selfContained}
	case kind <= h265LastVCL:
		// first_slice_segment_in_pic_flag (section 7.3.6.1).
		first, irap := nal[2]&0x80 != 0, kind >= h265BLA && kind <= h265LastIRAP
		return glance{begins: first && (!irap || !h.selfContained), key: first && irap}
	}
	return glance{}
}

func (h *h265) reset() {
	h.nalUnits.reset()
	h.irap, h.leading = 0, false
}

func (h *h265) add(unit, payload []byte) ([]byte, error) {
	return h.nalUnits.add(&h265Format, unit, payload, h.note)
}

// note handles a complete NAL unit. Units of other layers than the base layer, which decoders ignore, do not count.
func (h *h265) note(nal []byte, _ int) {
	if layer := nal[0]&1<<5 | nal[1]>>3; layer != 0 {
		return
	}
	switch kind := h265Format.kind(nal[0]); {
	case kind == h265VPS, kind == h265SPS, kind == h265PPS:
		h.sets.add(nal)
	case kind == h265SEI:
		h.sei.read(nal[h265Header:])
	case kind <= h265LastVCL:
		h.hasSlice = true
		if kind >= h265BLA && kind <= h265LastIRAP {
			h.irap = kind
		}
		h.leading = kind == h265RASLN || kind == h265RASLR
	}
}

// keep implements parameterKeeper.
func (h *h265) keep() (complete bool) {
	var hasVPS, hasSPS, hasPPS bool
	for nal := range h.sets.all {
		switch h265Format.kind(nal[0]) {
		case h265VPS:
			hasVPS = h.parameters.keepVPS(nal) || hasVPS
		case h265SPS:
			sps := h.parameters.keepSPS(nal, readH265SPS)
			h.reorder, h.pixels = sps.reorder, max(h.pixels, sps.pixels)
			hasSPS = sps.known || hasSPS
		case h265PPS:
			hasPPS = h.parameters.keepH265PPS(nal) || hasPPS
		}
	}
	h.sets.reset()
	return hasVPS && hasSPS && hasPPS
}

func (h *h265) forget() { h.parameters = parameterSets{} }

func (h *h265) finish(unit []byte) (frame, error) {
	complete := h.keep()
	if err := h.check(); err != nil {
		return frame{}, err
	}
	f := frame{data: unit, key: h.irap != 0, leading: h.leading, trailer: h.sei.trailer.items, reorder: h.reorder, pixels: h.pixels}
	if h.irap != 0 {
		h.completeKey(&h265Format, &f, complete, len(h.parameters.vps) > 0 && h.parameters.complete())
	}
	// A coded video sequence begins with an IDR or BLA picture (section 3.26), and with a CRA picture only if it is the
	// first picture of all.
	begins := h.irap != 0 && h.irap < h265CRA
	f.rotation = h.orientation.next(h.sei.orientation, begins, h.sei.orientation.tail)
	return f, nil
}
