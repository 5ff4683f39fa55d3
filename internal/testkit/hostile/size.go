package hostile

import (
	"bytes"
	"encoding/binary"

	"github.com/gst-livekit/gst-livekit/caps"
)

// WithSize returns a key frame that says it has another size, in pixels. H.264 and H.265 get a parameter set in front
// that says so, in steps of 16 pixels; a frame of which the size is not found is nil.
func WithSize(codec caps.Codec, key []byte, width, height int) []byte {
	frame := bytes.Clone(key)
	switch codec {
	case caps.VP8: // RFC 6386 section 9.1
		binary.LittleEndian.PutUint16(frame[6:], uint16(width))
		binary.LittleEndian.PutUint16(frame[8:], uint16(height))
	case caps.VP9: // profile 0, whose size begins in bit 4 of byte 4 + 32 bits of header
		putBits(frame, 8+24+4, 16, width-1)
		putBits(frame, 8+24+4+16, 16, height-1)
	case caps.H264:
		return resizeH264(frame, width, height)
	case caps.H265:
		return resizeH265(frame, width, height)
	case caps.AV1:
		return resizeAV1(frame, width, height)
	default:
		return nil
	}
	return frame
}

func putBits(b []byte, at, n, value int) {
	for i := range n {
		mask := byte(0x80) >> ((at + i) % 8)
		b[(at+i)/8] &^= mask
		if value>>(n-1-i)&1 != 0 {
			b[(at+i)/8] |= mask
		}
	}
}

// bits writes bits one after the other.
type bits struct {
	b []byte
	n int
}

func (w *bits) put(n, value int) {
	for i := range n {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		putBits(w.b, w.n, 1, value>>(n-1-i)&1)
		w.n++
	}
}

// ue writes an Exp-Golomb number (H.264 section 9.1).
func (w *bits) ue(value int) {
	n := 0
	for (value+1)>>n > 1 {
		n++
	}
	w.put(n, 0)
	w.put(n+1, value+1)
}

// end is rbsp_trailing_bits, and then emulation prevention.
func (w *bits) end() []byte {
	w.put(1, 1)
	var nal []byte
	zeros := 0
	for _, b := range w.b {
		if zeros == 2 && b <= 3 {
			nal, zeros = append(nal, 3), 0
		}
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
		nal = append(nal, b)
	}
	return nal
}

// H264SPS is a sequence parameter set in the baseline profile, with ID 0.
func H264SPS(width, height int) []byte {
	w := bits{}
	w.put(32, 0x6742c034)
	w.ue(0) // seq_parameter_set_id
	w.ue(0) // log2_max_frame_num_minus4
	w.ue(2) // pic_order_cnt_type
	w.ue(1) // max_num_ref_frames
	w.put(1, 0)
	w.ue((width+15)/16 - 1)
	w.ue((height+15)/16 - 1)
	w.put(1, 1) // frame_mbs_only_flag
	w.put(1, 1) // direct_8x8_inference_flag
	w.put(2, 0) // no cropping, no VUI
	return w.end()
}

// H265SPS is a sequence parameter set of the main profile, with ID 0.
func H265SPS(width, height int) []byte {
	w := bits{}
	w.put(16, 0x4201)
	w.put(8, 1) // VPS 0, one layer, nesting
	w.put(32, 0x01600000)
	w.put(32, 0x03000000)
	w.put(24, 0)
	w.put(8, 186)
	w.ue(0)
	w.ue(1) // chroma_format_idc
	w.ue(width)
	w.ue(height)
	w.put(1, 0)
	w.ue(0)
	w.ue(0)
	w.ue(4)
	w.put(1, 1)
	w.ue(1)
	w.ue(0)
	w.ue(0)
	for _, n := range [...]int{0, 1, 0, 3, 1, 1} { // block sizes
		w.ue(n)
	}
	w.put(4, 0)
	w.ue(0) // short-term reference picture sets
	w.put(5, 0)
	return w.end()
}

const startCode = "\x00\x00\x00\x01"

// replace exchanges the NAL units of a kind in a byte stream.
func replace(stream []byte, is func(first byte) bool, nal []byte) []byte {
	var out []byte
	found := false
	for _, old := range bytes.Split(stream, []byte("\x00\x00\x01")) {
		old = bytes.TrimRight(old, "\x00")
		if len(old) == 0 {
			continue
		}
		if is(old[0]) {
			old, found = nal, true
		}
		out = append(append(out, startCode...), old...)
	}
	if !found {
		return nil
	}
	return out
}

func resizeH264(frame []byte, width, height int) []byte {
	return replace(frame, func(b byte) bool { return b&31 == 7 }, H264SPS(width, height))
}

func resizeH265(frame []byte, width, height int) []byte {
	return replace(frame, func(b byte) bool { return b>>1&63 == 33 }, H265SPS(width, height))
}

// resizeAV1 changes max_frame_width_minus_1 and max_frame_height_minus_1 in the sequence header that is the first OBU, or the
// second behind a temporal delimiter (AV1 bitstream specification section 5.5.1), of an encoder that says no more of time
// and operating points than it has to. Their fields are made 16 bits wide.
func resizeAV1(frame []byte, width, height int) []byte {
	at := 0
	if len(frame) > 2 && frame[0]>>3&15 == 2 {
		at = 2
	}
	if len(frame) < at+4 || frame[at]>>3&15 != 1 || frame[at]&2 == 0 || frame[at+1]&0x80 != 0 {
		return nil
	}
	size := int(frame[at+1])
	body := frame[at+2 : at+2+size]
	read := func(from, n int) (value int) {
		for i := range n {
			value = value<<1 | int(body[(from+i)/8]>>(7-(from+i)%8))&1
		}
		return value
	}
	const fixed = 3 + 1 + 1 + 1 + 1 + 5 + 12 + 5 // up to seq_level_idx of the one operating point
	if read(3, 4) != 0 || read(7, 5) != 0 {
		return nil // reduced, timing, delays or several operating points
	}
	from := fixed
	if read(fixed-5, 5) > 7 {
		from++ // seq_tier
	}
	w := bits{}
	for i := range from {
		w.put(1, read(i, 1))
	}
	wide, high := read(from, 4)+1, read(from+4, 4)+1
	w.put(8, 0xff)
	w.put(16, width-1)
	w.put(16, height-1)
	for i := from + 8 + wide + high; i < 8*len(body); i++ {
		w.put(1, read(i, 1))
	}
	out := append(bytes.Clone(frame[:at+1]), byte(len(w.b)))
	return append(append(out, w.b...), frame[at+2+size:]...)
}
