package video

// NAL unit types of H.264 (table 7-1) and of its payload structures (RFC 6184 section 5.2).
const (
	nalSlice = 1 // to 5; 2 to 4 are data partitions
	nalIDR   = 5
	nalSEI   = 6
	nalSPS   = 7
	nalPPS   = 8
	nalAUD   = 9
	nalLast  = 23
	nalSTAPA = 24
	nalFUA   = 28

	nalTypeMask = 0x1f
	nalRefIDC   = 0x60 // nal_ref_idc: 0 if nothing refers to the picture
	nalHeader   = 1    // size of a NAL unit header
)

var h264Format = nalFormat{
	header: nalHeader, least: nalHeader, mask: nalTypeMask,
	first: nalSlice, last: nalLast, delimiter: nalAUD, aggregate: nalSTAPA, fragment: nalFUA,
}

// h264 implements RFC 6184 in its non-interleaved mode: single NAL units, STAP-A and FU-A.
//
// It does not use pion's codecs.H264Packet, which copies each byte of a FU-A four times into new memory, joins
// fragments of different NAL units, and rejects the server's blank frames.
type h264 struct {
	nalUnits
	numbers h264Numbers

	// The present unit:
	hasIDR   bool
	pictures []int // index in the unit of the first slice of each picture: one, or two for fields
}

func (h *h264) look(payload []byte) glance {
	if isBlankH264(payload) {
		return glance{begins: true, blank: true}
	}
	kind, nal, ok := h264Format.begin(payload)
	if !ok {
		return glance{}
	}
	switch kind {
	case nalAUD:
		// primary_pic_type 0 announces intra slices only (table 7-5).
		return glance{begins: true, entry: len(nal) > 1 && nal[1]>>5 == 0}
	case nalSPS:
		return glance{begins: true, key: true, entry: true}
	case nalPPS, nalSEI:
		return glance{begins: !h.selfContained}
	case nalSlice, nalIDR:
		first := beginsPicture(nal)
		return glance{begins: first && (kind == nalSlice || !h.selfContained), key: first && kind == nalIDR}
	}
	return glance{}
}

func (h *h264) reset() {
	h.nalUnits.reset()
	h.hasIDR = false
	h.pictures = h.pictures[:0]
}

func (h *h264) add(unit, payload []byte) ([]byte, error) {
	return h.nalUnits.add(&h264Format, unit, payload, h.note)
}

// note handles a complete NAL unit, which begins at start in the unit.
func (h *h264) note(nal []byte, start int) {
	switch kind := nal[0] & nalTypeMask; {
	case kind == nalSPS, kind == nalPPS:
		h.sets.add(nal)
	case kind == nalSEI:
		h.sei.read(nal[nalHeader:])
	case kind >= nalSlice && kind <= nalIDR:
		h.hasSlice = true
		h.hasIDR = h.hasIDR || kind == nalIDR
		if beginsPicture(nal) {
			h.pictures = append(h.pictures, start)
		}
	}
}

// beginsPicture reports whether a slice is the first of a picture: first_mb_in_slice is 0, which is a single 1 bit
// (section 7.3.3).
func beginsPicture(slice []byte) bool { return len(slice) > 1 && slice[1]&0x80 != 0 }

// follows reports whether the pictures of a unit refer to no dropped picture.
func (h *h264) follows(unit []byte) bool {
	follows := true
	for _, start := range h.pictures {
		if start >= len(unit) {
			h.numbers.forget()
			break
		}
		if kind := unit[start] & nalTypeMask; kind == nalSlice || kind == nalIDR {
			follows = h.numbers.follows(unit[start:]) && follows
		} else {
			h.numbers.forget() // data partitions
		}
	}
	return follows
}

// keep implements parameterKeeper.
func (h *h264) keep() (complete bool) {
	var hasSPS, hasPPS bool
	for nal := range h.sets.all {
		if nal[0]&nalTypeMask == nalSPS {
			sps := h.parameters.keepSPS(nal, readH264SPS)
			h.reorder, h.pixels = sps.reorder, max(h.pixels, sps.pixels)
			h.numbers.keepSPS(sps)
			hasSPS = sps.known || hasSPS
		} else {
			h.numbers.keepPPS(nal)
			hasPPS = h.parameters.keepPPS(nal) || hasPPS
		}
	}
	h.sets.reset()
	return hasSPS && hasPPS
}

func (h *h264) lost() { h.numbers.forget() }

func (h *h264) forget() { h.parameters, h.numbers = parameterSets{}, h264Numbers{} }

func (h *h264) finish(unit []byte) (frame, error) {
	complete := h.keep()
	if err := h.check(); err != nil {
		return frame{}, err
	}
	f := frame{data: unit, key: h.hasIDR, trailer: h.sei.trailer.items, reorder: h.reorder, pixels: h.pixels}
	f.severed = !h.follows(unit)
	if h.hasIDR {
		h.completeKey(&h264Format, &f, complete, h.parameters.complete())
	}
	// A display orientation applies only to its picture if its repetition period, in Exp-Golomb, is 0: a single 1 bit.
	f.rotation = h.orientation.next(h.sei.orientation, h.hasIDR, !h.sei.orientation.tail)
	return f, nil
}
