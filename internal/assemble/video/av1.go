package video

// OBU types of AV1 (AV1 bitstream specification section 6.2.2).
const (
	obuSequenceHeader    = 1
	obuTemporalDelimiter = 2
	obuFrameHeader       = 3
	obuMetadata          = 5
	obuFrame             = 6
	obuTileList          = 8

	obuForbidden = 0x80
	obuExtension = 0x04
	obuHasSize   = 0x02
)

// The aggregation header in front of a payload: Z Y W W N - - - ("RTP Payload Format For AV1" section 4.4).
const (
	av1Continues = 0x80 // Z: the first element continues an OBU from the previous packet
	av1Continued = 0x40 // Y: the last element continues in the next packet
	av1Sequence  = 0x08 // N: first packet of a coded video sequence
)

// metadataTrailer is the metadata_type, from the range for private use, of the metadata OBU in which LiveKit's SDKs put
// their trailer in AV1 (packet_trailer_av1.cpp in rust-sdks): packetizers would not accept bytes after the last OBU.
const metadataTrailer = 31

// av1 implements AOM's "RTP Payload Format For AV1". A unit is a temporal unit in the low-overhead format (AV1
// bitstream specification section 5): a temporal delimiter, followed by the OBUs in the order in which they were sent,
// each with its size.
//
// It does not notice frames that were dropped without a gap in the RTP sequence numbers. Order hints say when a frame
// is shown, and encoders skip some of them; frame IDs (frame_id_numbers_present_flag) and the order hints of references
// are only in error-resilient frames, which few encoders make. The dependency descriptor would show it, but is not
// negotiated.
//
// It does not use pion's codecs.AV1Depacketizer, which allocates memory for each OBU and ignores fragments whose
// beginning or end is missing.
type av1 struct {
	// The present unit:
	fragmented  bool // an OBU has begun and not ended
	start       int  // index of that OBU in the unit
	first       bool // its first packet announced a coded video sequence
	hasSequence bool // it has a sequence header
	hasFrame    bool
	hasKey      bool // its first frame is a key frame
	pixels      int  // like frame.pixels
	trailer     trailerItems
}

func (a *av1) look(payload []byte) glance {
	if len(payload) < 2 || payload[0]&av1Continues != 0 {
		return glance{}
	}
	// The first packet of a unit cannot be told from one that begins with the unit's second OBU, except at the start of a
	// coded video sequence. Some senders do not mark that.
	r := byteReader{rest: payload[1:]}
	if payload[0]>>4&3 != 1 {
		r.leb128() // length of the first element
	}
	entry := payload[0]&av1Sequence != 0 || obuType(r.next()) == obuSequenceHeader && !r.failed
	return glance{begins: entry, key: entry, entry: entry}
}

func (a *av1) trailerInside() {}

func (a *av1) reset() {
	a.fragmented, a.first = false, false
	a.hasSequence, a.hasFrame, a.hasKey = false, false, false
	a.pixels = 0
	a.trailer.reset()
}

func (a *av1) add(unit, payload []byte) ([]byte, error) {
	if len(payload) < 2 {
		return unit, errTruncated
	}
	header := payload[0]
	if header&av1Continues != 0 != a.fragmented {
		return unit, errPartial
	}
	if len(unit) == 0 {
		a.first = header&av1Sequence != 0
		unit = append(unit, obuTemporalDelimiter<<3|obuHasSize, 0)
	}
	count := int(header >> 4 & 3) // W
	n := 0
	for r := (byteReader{rest: payload[1:]}); len(r.rest) > 0; {
		n++
		size := len(r.rest)
		if count == 0 || n < count { // the last of W elements has no length
			if size = r.leb128(); r.failed || size > len(r.rest) {
				return unit, errTruncated
			}
		}
		element := r.rest[:size]
		r.rest = r.rest[size:]
		if !a.fragmented {
			a.start = len(unit)
		}
		unit = append(unit, element...)
		a.fragmented = header&av1Continued != 0 && len(r.rest) == 0
		if a.fragmented {
			break
		}
		var err error
		if unit, err = a.close(unit); err != nil {
			return unit, err
		}
	}
	if count != 0 && n != count {
		return unit, errTruncated
	}
	return unit, nil
}

// close adds the size to the complete OBU in unit from start on. An OBU that does not belong in the unit is removed.
func (a *av1) close(unit []byte) ([]byte, error) {
	element := unit[a.start:]
	if len(element) == 0 {
		return unit, nil
	}
	header, size := element[0], 1
	if header&obuExtension != 0 {
		size++
	}
	if header&obuForbidden != 0 || len(element) < size {
		return unit, errFormat
	}
	body := element[size:]
	if header&obuHasSize != 0 {
		r := byteReader{rest: body}
		n := r.leb128()
		if r.failed || n > len(r.rest) {
			return unit, errTruncated
		}
		body = r.rest[:n]
	}
	if !a.belongs(obuType(header), body) {
		return unit[:a.start], nil
	}
	element[0] |= obuHasSize

	// The size is inserted between the header and the body, which is moved.
	var leb128 [5]byte
	n := putLEB128(leb128[:], len(body))
	end := a.start + size + n + len(body)
	for len(unit) < end {
		unit = append(unit, 0)
	}
	unit = unit[:end]
	copy(unit[a.start+size+n:], body)
	copy(unit[a.start+size:], leb128[:n])
	return unit, nil
}

// belongs parses an OBU and reports whether it stays in the unit.
func (a *av1) belongs(kind int, body []byte) bool {
	switch kind {
	case obuTemporalDelimiter, obuTileList: // section 5 of the payload format
		return false
	case obuSequenceHeader:
		a.hasSequence = true
		a.pixels = max(a.pixels, pixelsAV1(body))
	case obuMetadata:
		r := byteReader{rest: body}
		if kind := r.leb128(); r.failed || kind != metadataTrailer {
			return true
		}
		rest, items := cutTrailer(r.rest)
		a.trailer.keep(items)
		return items == nil || len(rest) > 0
	case obuFrame, obuFrameHeader:
		if !a.hasFrame && len(body) > 0 {
			// show_existing_frame, and frame_type in two bits, of which 0 is KEY_FRAME (section 5.9.2).
			a.hasKey = body[0]&0xe0 == 0
		}
		a.hasFrame = true
	}
	return true
}

// finish treats as a key frame what was announced as the start of a coded video sequence, or looks like one.
func (a *av1) finish(unit []byte) (frame, error) {
	switch {
	case a.fragmented:
		return frame{}, errPartial
	case !a.hasFrame:
		return frame{}, errNoPicture
	}
	return frame{
		data:    unit,
		key:     a.hasSequence && (a.first || a.hasKey),
		bare:    a.hasKey && !a.hasSequence,
		trailer: a.trailer.items,
		pixels:  a.pixels,
	}, nil
}

// obuType returns the type of an OBU from the first byte of its header (AV1 bitstream specification section 5.3.2).
func obuType(header byte) int { return int(header >> 3 & 15) }

// putLEB128 writes n in as few bytes as possible, and returns their number.
func putLEB128(b []byte, n int) (size int) {
	for ; n >= 0x80; n >>= 7 {
		b[size] = byte(n) | 0x80
		size++
	}
	b[size] = byte(n)
	return size + 1
}
