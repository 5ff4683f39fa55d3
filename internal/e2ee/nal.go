package e2ee

import "bytes"

var (
	startCode = []byte{0, 0, 1}
	escape    = []byte{0, 0, 3}
)

// sliceOffset returns the offset of the first NAL unit in a byte stream (H.264 and H.265 annex B) for which isSlice
// returns true, or -1. isSlice gets the first byte of its header.
func sliceOffset(stream []byte, isSlice func(header byte) bool) int {
	for at := 0; ; {
		i := bytes.Index(stream[at:], startCode)
		if i < 0 {
			return -1
		}
		at += i + len(startCode)
		if at == len(stream) {
			return -1
		}
		if isSlice(stream[at]) {
			return at
		}
	}
}

// isH264Slice reports whether a NAL unit is a slice of a non-IDR or IDR picture; data partitions are not (H.264 table
// 7-1).
func isH264Slice(header byte) bool {
	kind := header & 0x1f
	return kind == 1 || kind == 5
}

// isH265Slice reports whether a NAL unit is a slice segment of a type that is not reserved (H.265 table 7-1).
func isH265Slice(header byte) bool {
	kind := header >> 1 & 0x3f
	return kind <= 9 || kind >= 16 && kind <= 21
}

// unescape removes emulation prevention bytes (H.264 section 7.3.1) in place.
func unescape(b []byte) []byte {
	i := bytes.Index(b, escape)
	if i < 0 {
		return b
	}
	out := b[:i+2]
	for {
		b = b[i+len(escape):]
		if i = bytes.Index(b, escape); i < 0 {
			return append(out, b...)
		}
		out = append(out, b[:i+2]...)
	}
}
