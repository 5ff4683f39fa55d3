package testpublisher

import (
	"bytes"
	"errors"
	"slices"
)

// seiMessage is a supplemental enhancement information message of H.264 (section 7.3.2.3.1) and H.265 (section 7.3.5).
type seiMessage struct {
	kind    byte
	payload []byte // at most 254 bytes
}

// Payload types (H.264 section D.1.1, H.265 section D.2.1).
const (
	userDataUnregistered = 5
	displayOrientation   = 47
)

// seiHeader begins a NAL unit of (prefix) SEI messages.
var seiHeader = map[Codec][]byte{
	H264: {6},          // no reference, nal_unit_type 6
	H265: {39 << 1, 1}, // nal_unit_type 39, base layer, lowest temporal sub-layer
}

// seiRBSP is a NAL unit's payload without emulation prevention.
func seiRBSP(messages []seiMessage) []byte {
	var b []byte
	for _, m := range messages {
		b = append(b, m.kind, byte(len(m.payload)))
		b = append(b, m.payload...)
	}
	return append(b, 0x80) // rbsp_trailing_bits
}

// insertSEI puts a NAL unit of messages before the picture's first slice.
func (c Codec) insertSEI(frame []byte, messages []seiMessage) ([]byte, error) {
	if !c.isH26x() {
		return nil, errNoSEI
	}
	at := c.firstSlice(frame)
	if at < 0 {
		return nil, errors.New("no slice in access unit")
	}
	nal := slices.Concat([]byte(startCode), seiHeader[c], escape(seiRBSP(messages)))
	return slices.Insert(frame, at, nal...), nil
}

const startCode = "\x00\x00\x00\x01"

// firstSlice is the index of the start code of the first slice, or -1. A zero before it belongs to it.
func (c Codec) firstSlice(frame []byte) int {
	for at := 0; ; {
		next := bytes.Index(frame[at:], []byte(startCode[1:]))
		if next < 0 || at+next+3 >= len(frame) {
			return -1
		}
		start := at + next
		at = start + 3
		header := frame[at]
		if c == H264 && header&0x1f >= 1 && header&0x1f <= 5 || c == H265 && header>>1&0x3f < 32 {
			if start > 0 && frame[start-1] == 0 {
				start--
			}
			return start
		}
	}
}

// escape puts emulation prevention bytes into the payload of a NAL unit (H.264 section 7.4.1, H.265 section 7.4.2).
func escape(rbsp []byte) []byte {
	var out []byte
	zeros := 0
	for _, b := range rbsp {
		if zeros == 2 && b <= 3 {
			out = append(out, 3)
			zeros = 0
		}
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
		out = append(out, b)
	}
	return out
}

// message writes the fields of H.264 section D.1.27 or H.265 section D.2.17. They differ in how they say for how long the
// message holds: a repetition period in Exp-Golomb and an extension flag, or a persistence flag.
func (o Orientation) message(c Codec) seiMessage {
	if o.Cancel {
		return seiMessage{displayOrientation, []byte{0xc0}} // the flag, and an end as below
	}
	var bits uint32
	count := 0
	write := func(value uint32, size int) {
		bits |= value << (32 - count - size)
		count += size
	}
	flag := func(value bool) {
		if value {
			bits |= 1 << (31 - count)
		}
		count++
	}
	flag(false)
	flag(o.HorizontalFlip)
	flag(o.VerticalFlip)
	write(uint32(o.Anticlockwise)<<16/360, 16)
	switch {
	case c == H265:
		flag(o.Lasting)
	case o.Lasting:
		write(0b010, 3) // period 1: until the next
		flag(false)
	default:
		write(0b1, 1) // period 0: once
		flag(false)
	}
	write(1, 1) // an end that is not on a byte's boundary is a one and zeros
	return seiMessage{displayOrientation, []byte{byte(bits >> 24), byte(bits >> 16), byte(bits >> 8)}}
}
