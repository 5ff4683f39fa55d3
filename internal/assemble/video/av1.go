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
	av1Continues = 0x80 // Z: the first element is the rest of an OBU that began in the packet before
	av1Continued = 0x40 // Y: the last element goes on in the next packet
	av1Sequence  = 0x08 // N: first packet of a coded video sequence
)

// metadataTrailer is the metadata_type, of those for private use, under which LiveKit's SDKs put their trailer into AV1
// (packet_trailer_av1.cpp in rust-sdks): garbage behind the last OBU could not be packetized.
const metadataTrailer = 31

// av1 is the payload format of AOM's "RTP Payload Format For AV1". A unit is a temporal unit in the low-overhead format
// (AV1 bitstream specification section 5): a temporal delimiter, and then the OBUs as they were sent, each with its
// size.
//
// Frames that a sender left out without a gap in the RTP sequence numbers are not seen. Order hints say when a frame is
// shown, and encoders skip some; frame IDs (frame_id_numbers_present_flag) and the order hints of references are written in
// error-resilient frames only, which few encoders make. The dependency descriptor would tell, but LiveKit's SDK does not
// negotiate it.
//
// It does not use pion's codecs.AV1Depacketizer, which makes new memory for each OBU and passes over fragments whose
// beginning or end is missing.
type av1 struct {
	// Of the unit under way:
	fragmented  bool // an OBU began and has not ended
	start       int  // index in the unit of that OBU
	first       bool // its first packet announced a coded video sequence
	hasSequence bool // it has a sequence header
	hasFrame    bool
	hasKey      bool // its first frame is a key frame
	pixels      int  // as frame has it
	trailer     trailerItems
}

func (a *av1) look(payload []byte) glance {
	if len(payload) < 2 || payload[0]&av1Continues != 0 {
		return glance{}
	}
	// Nothing tells the first packet of a unit from one that begins with its second OBU, but for the first of a coded
	// video sequence. Some senders do not say that it is one.
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
		if count == 0 || n < count { // of W elements the last has no length
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

// close gives its size to the OBU which is now whole, and is the rest of unit from start on. One that does not belong
// into the unit is taken out.
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

	// The size goes between the header and the body, which moves.
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

// belongs looks at an OBU and reports whether it stays in the unit.
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

// finish takes for a key frame what was announced as the beginning of a coded video sequence, or looks like one.
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

// obuType returns the type of an OBU by the first byte of its header (AV1 bitstream specification section 5.3.2).
func obuType(header byte) int { return int(header >> 3 & 15) }

// putLEB128 writes n in as few bytes as it takes, and returns their number.
func putLEB128(b []byte, n int) (size int) {
	for ; n >= 0x80; n >>= 7 {
		b[size] = byte(n) | 0x80
		size++
	}
	b[size] = byte(n)
	return size + 1
}
