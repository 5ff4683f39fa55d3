package video

// byteReader reads one byte after another. After the end it reads zeros.
type byteReader struct {
	rest   []byte
	failed bool // something was read after the end
}

func (r *byteReader) next() (b byte) {
	if len(r.rest) == 0 {
		r.failed = true
		return 0
	}
	b, r.rest = r.rest[0], r.rest[1:]
	return b
}

func (r *byteReader) skip(n int) {
	if n > len(r.rest) {
		n, r.failed = len(r.rest), true
	}
	r.rest = r.rest[n:]
}

// leb128 reads a number in AV1's LEB128 encoding (AV1 bitstream specification section 4.10.5): 7 bits per byte, the
// lowest first, of at most 8 bytes and 32 bits.
func (r *byteReader) leb128() (n int) {
	var value uint64
	for i := range 8 {
		b := r.next()
		value |= uint64(b&0x7f) << (7 * i)
		if b&0x80 == 0 {
			r.failed = r.failed || value >= 1<<32
			return int(value & 0xffffffff)
		}
	}
	r.failed = true
	return 0
}
