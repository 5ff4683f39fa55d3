package video

import "github.com/gst-livekit/gst-livekit/internal/picture"

// vp9Header has fields of the uncompressed header of a frame (VP9 bitstream specification section 6.2).
type vp9Header struct {
	existing      bool // the frame only shows another one that was decoded before
	key, shown    bool
	width, height int
	colorimetry   picture.Colorimetry // for a key frame
	showBit       int                 // position of show_frame, in bits
	size          int                 // of the header in bits, without padding
}

// vp9Size is the size of a picture.
type vp9Size struct{ width, height int }

// vp9References are the sizes of the decoder's reference frames, which headers of later frames may refer to.
type vp9References [8]vp9Size

// bitReader reads bits, the highest of a byte first. After the end it reads zeros.
type bitReader struct {
	data   []byte
	at     int  // in bits
	failed bool // something was read after the end
}

func (r *bitReader) bits(n int) (value int) {
	for range n {
		value <<= 1
		if i := r.at >> 3; i < len(r.data) {
			value |= int(r.data[i]>>(7-r.at&7)) & 1
		} else {
			r.failed = true
		}
		r.at++
	}
	return value
}

func (r *bitReader) flag() bool { return r.bits(1) != 0 }

// read parses the header of a frame, and updates the sizes of the reference frames. It reports whether the header is
// valid.
func (refs *vp9References) read(frame []byte) (h vp9Header, ok bool) {
	const marker, syncCode = 2, 0x498342
	r := bitReader{data: frame}
	if r.bits(2) != marker {
		return h, false
	}
	profile := r.bits(1) | r.bits(1)<<1 // the low bit comes first
	if profile == 3 {
		r.bits(1) // reserved_zero
	}
	if h.existing = r.flag(); h.existing {
		h.shown = true
		size := refs[r.bits(3)]
		h.width, h.height, h.size = size.width, size.height, r.at
		return h, !r.failed
	}
	h.key = !r.flag()
	h.showBit = r.at
	h.shown = r.flag()
	resilient := r.flag()

	refreshed := 0xff
	if h.key {
		if r.bits(24) != syncCode {
			return h, false
		}
		h.colorimetry = r.colorConfig(profile)
		h.width, h.height = r.frameSize()
		r.renderSize()
	} else {
		intraOnly := !h.shown && r.flag()
		if !resilient {
			r.bits(2) // reset_frame_context
		}
		if intraOnly {
			if r.bits(24) != syncCode {
				return h, false
			}
			if profile > 0 {
				r.colorConfig(profile)
			}
			refreshed = r.bits(8)
			h.width, h.height = r.frameSize()
			r.renderSize()
		} else {
			refreshed = r.bits(8)
			h.width, h.height = r.frameSizeWith(refs)
			r.renderSize()
			r.bits(1) // allow_high_precision_mv
			if !r.flag() {
				r.bits(2) // raw_interpolation_filter
			}
		}
	}
	if !resilient {
		r.bits(2) // refresh_frame_context, frame_parallel_decoding_mode
	}
	r.bits(2) // frame_context_idx
	r.loopFilter()
	r.quantization()
	r.segmentation()
	r.tiles(h.width)
	compressed := r.bits(16) // header_size_in_bytes
	h.size = r.at
	if r.failed || compressed == 0 || (r.at+7)/8+compressed > len(frame) {
		return h, false
	}
	for i := range refs {
		if refreshed>>i&1 != 0 {
			refs[i] = vp9Size{h.width, h.height}
		}
	}
	return h, true
}

// vp9Colours are the values of color_space (section 7.2.2). The third is SMPTE 170M, which is BT.601.
var vp9Colours = [8]picture.Colorimetry{
	1: picture.BT601, 2: picture.BT709, 3: picture.BT601, 4: picture.SMPTE240M, 5: picture.BT2020, 7: picture.SRGB,
}

// colorConfig parses color_config (section 6.2.2). For encoders that do not set it, color_space is unknown in video
// range.
func (r *bitReader) colorConfig(profile int) (told picture.Colorimetry) {
	const unknown, reserved, rgb = 0, 6, 7
	if profile >= 2 {
		r.bits(1) // ten_or_twelve_bit
	}
	odd := profile&1 != 0
	space := r.bits(3)
	told = vp9Colours[space]
	if space == rgb {
		if odd {
			r.bits(1) // reserved_zero
		}
		return told
	}
	full := r.flag() // color_range
	if odd {
		r.bits(3) // subsampling_x, subsampling_y, reserved_zero
	}
	switch {
	case space == reserved, space == unknown && !full:
		return picture.Colorimetry{}
	case full:
		told.Range = picture.RangeFull
	}
	return told
}

func (r *bitReader) frameSize() (width, height int) {
	width = r.bits(16) + 1
	return width, r.bits(16) + 1
}

// frameSizeWith reads the references and the size, which may be that of a reference (section 6.2.5).
func (r *bitReader) frameSizeWith(refs *vp9References) (width, height int) {
	var used [3]int
	for i := range used {
		used[i] = r.bits(3)
		r.bits(1) // ref_frame_sign_bias
	}
	for _, i := range used {
		if r.flag() { // found_ref
			return refs[i].width, refs[i].height
		}
	}
	return r.frameSize()
}

func (r *bitReader) renderSize() {
	if r.flag() {
		r.bits(32)
	}
}

// loopFilter skips loop_filter_params (section 6.2.8).
func (r *bitReader) loopFilter() {
	r.bits(6 + 3)                      // level, sharpness
	if enabled := r.flag(); !enabled { // loop_filter_delta_enabled
		return
	}
	if update := r.flag(); !update { // loop_filter_delta_update
		return
	}
	for range 4 + 2 {
		if r.flag() {
			r.bits(6 + 1)
		}
	}
}

// quantization skips quantization_params (section 6.2.9).
func (r *bitReader) quantization() {
	r.bits(8) // base_q_idx
	for range 3 {
		if r.flag() {
			r.bits(4 + 1)
		}
	}
}

// segmentation skips segmentation_params (section 6.2.11).
func (r *bitReader) segmentation() {
	if !r.flag() {
		return
	}
	if r.flag() { // segmentation_update_map
		for range 7 {
			if r.flag() {
				r.bits(8)
			}
		}
		if r.flag() { // segmentation_temporal_update
			for range 3 {
				if r.flag() {
					r.bits(8)
				}
			}
		}
	}
	if !r.flag() { // segmentation_update_data
		return
	}
	r.bits(1) // segmentation_abs_or_delta_update
	for range 8 {
		for _, bits := range [...]int{8 + 1, 6 + 1, 2, 0} { // bits of each feature's value and sign
			if r.flag() {
				r.bits(bits)
			}
		}
	}
}

// tiles skips tile_info (section 6.2.13), whose length depends on the width of the picture.
func (r *bitReader) tiles(width int) {
	superblocks := (width + 63) / 64
	least, most := 0, 1
	for 64<<least < superblocks {
		least++
	}
	for superblocks>>most >= 4 {
		most++
	}
	most--
	for ; least < most && r.flag(); least++ { // increment_tile_cols_log2
	}
	if r.flag() { // tile_rows_log2
		r.bits(1)
	}
}
