package video

import "github.com/gst-livekit/gst-livekit/internal/picture"

// A picture of several spatial layers becomes one superframe (VP9 bitstream specification annex B): the frames of all
// layers, and an index of their sizes, which tells them apart. Encoders mark the frame of each layer as one to show. Of a
// superframe one frame is to be shown, so the lower ones are marked as hidden here: otherwise ffmpeg gives a picture for
// each, of three sizes, and it shows the lowest when there is no index. libvpx shows the last in any case.
//
// Whether a frame was shown matters for the decoding of the next one only if both have the same size (motion vectors of
// the frame before, section 7.2), and layers differ.

// vp9SuperframeMarker is in the first and in the last byte of an index.
const vp9SuperframeMarker = 0xc0

// superframe joins the frames of a unit, which end at v.ends, and returns it with the size of the picture that it shows,
// or zero if that is not known, and of the largest in pixels.
func (v *vp9) superframe(unit []byte) (_ []byte, size vp9Size, largest int) {
	var sizes [8]int
	count, start := 0, 0
	v.colorimetry = picture.Colorimetry{}
	for i := range v.ends {
		end := v.ends[i]
		if end == start {
			continue // left out by the decryptor
		}
		h, ok := v.references.read(unit[start:end])
		if size = (vp9Size{}); ok {
			size = vp9Size{h.width, h.height}
			largest = max(largest, pixels(h.width, h.height))
			if h.key {
				v.colorimetry = h.colorimetry
			}
		}
		if end < len(unit) && ok {
			added := 0
			unit, added = hideVP9(unit, start, end, h)
			for j := i; j < len(v.ends); j++ {
				v.ends[j] += added
			}
			end += added
		}
		if end > start {
			sizes[count] = end - start
			count++
		}
		start = end
	}
	if count > 1 {
		unit = appendVP9Index(unit, sizes[:count])
	}
	return unit, size, largest
}

// hideVP9 hides the frame in unit[start:end], and returns by how much it became longer. A frame that only shows another
// is taken out.
func hideVP9(unit []byte, start, end int, h vp9Header) (_ []byte, added int) {
	switch {
	case h.existing:
		return append(unit[:start], unit[end:]...), start - end
	case !h.shown:
		return unit, 0
	}
	unit[start+h.showBit/8] &^= 0x80 >> (h.showBit % 8)
	if h.key {
		return unit, 0
	}
	// A hidden frame also says that it is not intra-coded, in one bit behind error_resilient_mode.
	last := start + (h.size-1)/8
	if h.size%8 == 0 {
		unit = append(unit, 0)
		copy(unit[last+2:], unit[last+1:])
		last++
		unit[last] = 0
		added = 1
	}
	at := h.showBit + 2
	first := start + at/8
	for i := last; i > first; i-- {
		unit[i] = unit[i]>>1 | unit[i-1]<<7
	}
	kept := byte(0xff) << (8 - at%8) // the bits in front
	unit[first] = unit[first]&kept | unit[first]&^kept>>1
	return unit, added
}

// appendVP9Index appends the index of a superframe with frames of these sizes.
func appendVP9Index(unit []byte, sizes []int) []byte {
	bytes := 1 // for each size
	for _, size := range sizes {
		for size>>(8*bytes) != 0 {
			bytes++
		}
	}
	marker := byte(vp9SuperframeMarker | (bytes-1)<<3 | len(sizes) - 1)
	unit = append(unit, marker)
	for _, size := range sizes {
		for i := range bytes {
			unit = append(unit, byte(size>>(8*i)))
		}
	}
	return append(unit, marker)
}
