package video

import "math"

// pixels returns the number of pixels of a picture. Width and height have 16 or 32 bits, so it may be more than fits in
// memory.
func pixels(width, height int) int {
	if width <= 0 || height <= 0 {
		return 0
	}
	if width > math.MaxInt32/height {
		return math.MaxInt32
	}
	return width * height
}

// pixelsAV1 returns the number of pixels of the largest frame that a sequence header allows (AV1 bitstream
// specification section 5.5.1), 0 if the header is invalid.
func pixelsAV1(header []byte) int {
	r := bitReader{data: header}
	r.bits(3 + 1) // seq_profile, still_picture
	if r.flag() { // reduced_still_picture_header
		r.bits(5)
	} else {
		delay := r.av1Timing()
		displayDelay := r.flag() // initial_display_delay_present_flag
		for range r.bits(5) + 1 {
			r.bits(12)         // operating_point_idc
			if r.bits(5) > 7 { // seq_level_idx
				r.bits(1) // seq_tier
			}
			if delay > 0 && r.flag() {
				r.bits(2*delay + 1) // operating_parameters_info
			}
			if displayDelay && r.flag() {
				r.bits(4)
			}
		}
	}
	wide, high := r.bits(4)+1, r.bits(4)+1
	width, height := r.bits(wide)+1, r.bits(high)+1
	if r.failed {
		return 0
	}
	return pixels(width, height)
}

// av1Timing skips timing_info and decoder_model_info, and returns the length of a delay in bits, 0 without a model.
func (r *bitReader) av1Timing() (delay int) {
	if !r.flag() { // timing_info_present_flag
		return 0
	}
	r.bits(32 + 32)
	if r.flag() { // equal_picture_interval
		zeros := 0
		for zeros < 32 && !r.failed && !r.flag() { // uvlc
			zeros++
		}
		r.bits(zeros % 32)
	}
	if !r.flag() { // decoder_model_info_present_flag
		return 0
	}
	delay = r.bits(5) + 1
	r.bits(32 + 5 + 5)
	return delay
}
