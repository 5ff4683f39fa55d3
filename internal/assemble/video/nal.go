package video

import "encoding/binary"

// startCode separates NAL units in a byte stream (H.264 annex B).
const startCode = "\x00\x00\x00\x01"

// Bits of the header of a fragmentation unit, the same in H.264 and H.265.
const (
	fuStart = 0x80
	fuEnd   = 0x40
)

// fragments puts a NAL unit together of its fragmentation units (RFC 6184 section 5.8, RFC 7798 section 4.4.3).
type fragments struct {
	open  bool // one began and has not ended
	start int  // index in the unit of its NAL unit
}

// add appends the data of the fragment with the header fu. The first one begins a NAL unit with header, and the last one
// returns it whole.
func (f *fragments) add(unit []byte, fu byte, header, data []byte) (longer, whole []byte, err error) {
	starts := fu&fuStart != 0
	if starts == f.open {
		return unit, nil, errPartial
	}
	if starts {
		f.open = true
		unit = append(unit, startCode...)
		f.start = len(unit)
		unit = append(unit, header...)
	}
	unit = append(unit, data...)
	if fu&fuEnd != 0 {
		f.open = false
		whole = unit[f.start:]
	}
	return unit, whole, nil
}

// cutAggregated cuts the first NAL unit off those of an aggregation packet, each of which is behind its length (RFC 6184
// section 5.7.1, RFC 7798 section 4.4.2). A shorter one than least bytes is none.
func cutAggregated(nals []byte, least int) (nal, rest []byte, err error) {
	if len(nals) < 2 {
		return nil, nil, errTruncated
	}
	size := int(binary.BigEndian.Uint16(nals))
	nals = nals[2:]
	if size < least || size > len(nals) {
		return nil, nil, errTruncated
	}
	return nals[:size], nals[size:], nil
}
