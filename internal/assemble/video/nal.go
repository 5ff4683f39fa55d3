package video

import (
	"encoding/binary"
	"slices"
)

// startCode separates NAL units in a byte stream (H.264 annex B).
const startCode = "\x00\x00\x00\x01"

// Bits of the header of a fragmentation unit, which are the same in H.264 and H.265.
const (
	fuStart = 0x80
	fuEnd   = 0x40
)

// nalFormat has the differences between the payload formats of H.264 (RFC 6184) and H.265 (RFC 7798).
type nalFormat struct {
	header int // size of a NAL unit header
	least  int // minimum size of a NAL unit
	mask   byte
	shift  int // position of the type in the first byte of a header

	// Types of NAL units and payload structures:
	first, last         int // range of the types that are valid as single NAL units
	delimiter           int // access unit delimiter
	aggregate, fragment int
}

// kind returns the type of a NAL unit or payload structure from the first byte of its header.
func (f *nalFormat) kind(b byte) int { return int(b & f.mask >> f.shift) }

// begin returns the type of the first NAL unit that begins in a payload, and the part of it in the payload. The caller
// must only use what is after its header: in a fragment the header has other bytes.
func (f *nalFormat) begin(payload []byte) (kind int, nal []byte, ok bool) {
	if len(payload) < f.least {
		return 0, nil, false
	}
	switch kind = f.kind(payload[0]); kind {
	case f.aggregate:
		const size = 2
		if len(payload) < f.header+size+f.least {
			return 0, nil, false
		}
		nal = payload[f.header+size:]
		return f.kind(nal[0]), nal, true
	case f.fragment:
		if len(payload) <= f.header || payload[f.header]&fuStart == 0 {
			return 0, nil, false
		}
		return f.kind(payload[f.header] << f.shift), payload[1:], true
	}
	return kind, payload, true
}

// nalUnits makes the byte stream of an access unit: its NAL units in the order in which they were sent, each after a
// start code of 4 bytes.
type nalUnits struct {
	parameters parameterSets

	// selfContained means that the last key frame had its own parameter sets, so a key frame without them has lost them.
	selfContained bool

	// The present unit:
	hasSlice   bool
	sets       nals // its parameter sets
	sei        seiReader
	pixels     int  // like frame.pixels
	fragmented bool // a NAL unit began in a fragment, and has not ended
	start      int  // index of that NAL unit in the unit

	orientation displayOrientation
	reorder     int // like frame.reorder, from the last SPS
}

func (n *nalUnits) reset() {
	n.hasSlice = false
	n.sets.reset()
	n.sei.reset()
	n.pixels = 0
	n.fragmented = false
}

// add appends the data in a payload to the unit. note is called with each NAL unit that is now complete, and with its
// index in the unit.
func (n *nalUnits) add(f *nalFormat, unit, payload []byte, note func(nal []byte, start int)) ([]byte, error) {
	if len(payload) < f.least {
		return unit, errTruncated
	}
	kind := f.kind(payload[0])
	switch {
	case kind == f.fragment:
		return n.addFragment(f, unit, payload, note)
	case n.fragmented:
		return unit, errPartial
	case kind == f.aggregate:
		return n.addAggregate(f, unit, payload[f.header:], note)
	case kind >= f.first && kind <= f.last:
		return n.addNAL(unit, payload, note), nil
	}
	return unit, errFormat
}

// addAggregate adds the NAL units of an aggregation packet, each of which follows its length (RFC 6184 section 5.7.1,
// RFC 7798 section 4.4.2).
func (n *nalUnits) addAggregate(f *nalFormat, unit, rest []byte, note func([]byte, int)) ([]byte, error) {
	for len(rest) > 0 {
		if len(rest) < 2 {
			return unit, errTruncated
		}
		size := int(binary.BigEndian.Uint16(rest))
		rest = rest[2:]
		if size < f.least || size > len(rest) {
			return unit, errTruncated
		}
		unit = n.addNAL(unit, rest[:size], note)
		rest = rest[size:]
	}
	return unit, nil
}

// addFragment adds a fragmentation unit, whose header follows that of a NAL unit (RFC 6184 section 5.8, RFC 7798
// section 4.4.3).
func (n *nalUnits) addFragment(f *nalFormat, unit, payload []byte, note func([]byte, int)) ([]byte, error) {
	if len(payload) <= f.header {
		return unit, errTruncated
	}
	fu := payload[f.header]
	starts := fu&fuStart != 0
	if starts == n.fragmented {
		return unit, errPartial
	}
	if starts {
		n.fragmented = true
		unit = append(unit, startCode...)
		n.start = len(unit)
		unit = append(unit, payload[0]&^f.mask|fu<<f.shift&f.mask)
		unit = append(unit, payload[1:f.header]...)
	}
	unit = append(unit, payload[f.header+1:]...)
	if fu&fuEnd != 0 {
		n.fragmented = false
		note(unit[n.start:], n.start)
	}
	return unit, nil
}

func (n *nalUnits) addNAL(unit, nal []byte, note func([]byte, int)) []byte {
	unit = append(unit, startCode...)
	start := len(unit)
	unit = append(unit, nal...)
	note(nal, start)
	return unit
}

// check returns an error if a unit that has ended is not valid.
func (n *nalUnits) check() error {
	switch {
	case n.fragmented:
		return errPartial
	case !n.hasSlice:
		return errNoPicture
	}
	return nil
}

// completeKey adds kept parameter sets to a key frame unless its own are complete, and marks the frame if there are
// none. They are inserted in front of everything except an access unit delimiter (H.264 section 7.4.1.2.3, H.265
// section 7.4.2.4.4).
func (n *nalUnits) completeKey(format *nalFormat, f *frame, isComplete, canBeCompleted bool) {
	n.selfContained = isComplete
	switch {
	case isComplete:
	case canBeCompleted:
		const header = len(startCode)
		at := 0
		if len(f.data) > header && format.kind(f.data[header]) == format.delimiter {
			// A delimiter has one byte after its header (H.264 section 7.3.2.4, H.265 section 7.3.2.5).
			at = min(header+format.header+1, len(f.data))
		}
		f.data = slices.Insert(f.data, at, n.parameters.stream()...)
		f.pixels = max(f.pixels, n.parameters.pixels())
	default:
		f.key, f.bare = false, true // it cannot be decoded without parameter sets
	}
}
