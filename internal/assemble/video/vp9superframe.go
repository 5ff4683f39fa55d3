package video

import "github.com/gst-livekit/gst-livekit/internal/picture"

// A picture with several spatial layers becomes one superframe (VP9 bitstream specification annex B): the frames of all
// layers, and an index of their sizes, which separates them. Encoders mark the frame of each layer to be shown, but
// only one frame of a superframe is, so the lower ones are marked as hidden here. Otherwise ffmpeg returns a picture
// for each, of different sizes, and shows the lowest one if there is no index. libvpx always shows the last one.
//
// Whether a frame was shown only matters for decoding the next one if both have the same size (motion vectors of the
// previous frame, section 7.2), and layers have different sizes.

// vp9SuperframeMarker is in the first and in the last byte of an index.
const vp9SuperframeMarker = 0xc0

// superframe joins the frames of a unit, which end at v.ends. It returns the unit with the size of the picture that it
// shows, or zero if unknown, and the size of the largest picture in pixels.
func (v *vp9) superframe(unit []byte) (_ []byte, size vp9Size, largest int) {
	var sizes [8]int
	count, start := 0, 0
	v.colorimetry = picture.Colorimetry{}
	for i := range v.ends {
		end := v.ends[i]
		if end == start {
			continue // dropped by the decryptor
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
// one is removed.
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
	// A hidden frame also says that it is not intra-coded, in one bit after error_resilient_mode.
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
	kept := byte(0xff) << (8 - at%8) // the bits before it
	unit[first] = unit[first]&kept | unit[first]&^kept>>1
	return unit, added
}

// appendVP9Index appends the index of a superframe with frames of these sizes.
func appendVP9Index(unit []byte, sizes []int) []byte {
	bytes := 1 // per size
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
