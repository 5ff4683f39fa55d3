package video

import "slices"

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

// h265Type returns the type of a NAL unit or payload structure by the first byte of its header.
func h265Type(b byte) int { return int(b & h265TypeMask >> 1) }

// h265 is the payload format of RFC 7798 without decoding order numbers, which WebRTC does not negotiate: single NAL
// units, aggregation packets and fragmentation units. A unit is made as for H.264.
//
// It does not use pion's codecs.H265Packet and H265Depacketizer, for the reasons given at h264.
type h265 struct {
	parameters parameterSets

	// selfContained: the last key frame came with its own parameter sets, so one that begins without lost them.
	selfContained bool

	// Of the unit under way:
	hasSlice  bool
	sets      nals // VPS, SPS and PPS
	irap      int  // type of the picture if it is a random access point, or 0
	leading   bool // the picture is a RASL picture
	fragments fragments
	sei       seiReader

	pixels int // as frame has it

	orientation displayOrientation
	reorder     int // as frame has it, by the last SPS
}

func (h *h265) look(payload []byte) glance {
	if len(payload) <= h265Header {
		return glance{}
	}
	nal := payload
	kind := h265Type(payload[0])
	switch kind {
	case h265AP:
		if len(payload) <= 2+2*h265Header {
			return glance{}
		}
		nal = payload[2+h265Header:]
		kind = h265Type(nal[0])
	case h265FU:
		if payload[2]&fuStart == 0 {
			return glance{}
		}
		nal = payload[1:] // the byte behind the header is behind the fragment's header here
		kind = int(payload[2] & 0x3f)
	}
	switch {
	case len(nal) <= h265Header:
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
	h.hasSlice = false
	h.sets.reset()
	h.irap, h.leading = 0, false
	h.pixels = 0
	h.fragments.open = false
	h.sei.reset()
}

func (h *h265) add(unit, payload []byte) ([]byte, error) {
	if len(payload) <= h265Header {
		return unit, errTruncated
	}
	kind := h265Type(payload[0])
	switch {
	case kind == h265FU:
		return h.addFragment(unit, payload)
	case h.fragments.open:
		return unit, errPartial
	case kind == h265AP:
		return h.addAggregate(unit, payload[h265Header:])
	case kind <= h265LastNAL:
		return h.addNAL(unit, payload), nil
	}
	return unit, errFormat // such as PACI (RFC 7798 section 4.4.4)
}

// addAggregate takes the NAL units of an aggregation packet.
func (h *h265) addAggregate(unit, nals []byte) ([]byte, error) {
	for len(nals) > 0 {
		nal, rest, err := cutAggregated(nals, h265Header+1)
		if err != nil {
			return unit, err
		}
		unit = h.addNAL(unit, nal)
		nals = rest
	}
	return unit, nil
}

// addFragment takes a fragmentation unit.
func (h *h265) addFragment(unit, payload []byte) ([]byte, error) {
	header := payload[2]
	nal := []byte{payload[0]&^h265TypeMask | header&0x3f<<1, payload[1]}
	unit, whole, err := h.fragments.add(unit, header, nal, payload[3:])
	if whole != nil {
		h.note(whole)
	}
	return unit, err
}

func (h *h265) addNAL(unit, nal []byte) []byte {
	unit = append(unit, startCode...)
	unit = append(unit, nal...)
	h.note(nal)
	return unit
}

// note looks at a NAL unit which is now whole. Those of other layers than the base layer, which decoders pass over, do
// not count.
func (h *h265) note(nal []byte) {
	if layer := nal[0]&1<<5 | nal[1]>>3; layer != 0 {
		return
	}
	switch kind := h265Type(nal[0]); {
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
		switch h265Type(nal[0]) {
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
	switch {
	case h.fragments.open:
		return frame{}, errPartial
	case !h.hasSlice:
		return frame{}, errNoPicture
	}
	f := frame{data: unit, key: h.irap != 0, leading: h.leading, trailer: h.sei.trailer.items, reorder: h.reorder, pixels: h.pixels}
	if h.irap != 0 {
		h.selfContained = complete
		switch {
		case h.selfContained:
		case len(h.parameters.vps) > 0 && h.parameters.complete():
			f.data = slices.Insert(unit, h.afterAUD(unit), h.parameters.stream()...)
			f.pixels = max(f.pixels, h.parameters.pixels())
		default:
			f.key, f.bare = false, true // nothing can be decoded without them
		}
	}
	// A coded video sequence begins with an IDR or BLA picture (section 3.26), and with a CRA picture only if it is the
	// first one there is.
	begins := h.irap != 0 && h.irap < h265CRA
	f.rotation = h.orientation.next(h.sei.orientation, begins, h.sei.orientation.tail)
	return f, nil
}

// afterAUD returns where parameter sets go: in front of everything but an access unit delimiter (H.265 section
// 7.4.2.4.4).
func (h *h265) afterAUD(unit []byte) int {
	const header = len(startCode)
	if len(unit) > header && h265Type(unit[header]) == h265AUD {
		// A delimiter is three bytes long (section 7.3.2.5).
		return min(header+3, len(unit))
	}
	return 0
}
