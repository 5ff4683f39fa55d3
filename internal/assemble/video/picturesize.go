package video

import "math"

// maxSPS is how much of a parameter set is read for the size of its pictures. One that is longer cannot be known to be
// small.
const maxSPS = 1024

// pixels is the number of pixels of a picture, which comes out of 16 or 32 bits a side and may be more than memory has.
func pixels(width, height int) int {
	if width <= 0 || height <= 0 {
		return 0
	}
	if width > math.MaxInt32/height {
		return math.MaxInt32
	}
	return width * height
}

// pixelsH264 returns the size that an SPS of H.264 gives pictures (section 7.3.2.1.1), in pixels before they are cropped;
// 0 if it is none.
func pixelsH264(nal []byte) int {
	if len(nal) > maxSPS {
		return math.MaxInt32
	}
	var memory [maxSPS]byte
	rbsp := appendRBSP(memory[:0], nal)
	if len(rbsp) < 5 {
		return 0
	}
	r := spsReader{bitReader{data: rbsp[1:]}}
	sps := r.h264()
	return min(pixels(sps.width, sps.height), math.MaxInt32/256) * 256
}

// pixelsH265 returns the same of an SPS of H.265 (section 7.3.2.2.1).
func pixelsH265(nal []byte) int {
	var memory [maxSPS]byte
	rest, _, ok := behindProfile(appendRBSP(memory[:0], nal[:min(len(nal), len(memory))]))
	if !ok {
		return 0
	}
	r := spsReader{bitReader{data: rest}}
	r.ue()           // sps_seq_parameter_set_id
	if r.ue() == 3 { // chroma_format_idc
		r.bits(1)
	}
	width, height := r.ue(), r.ue()
	if r.failed {
		return 0
	}
	return pixels(width, height)
}

// pixelsAV1 returns the size of the largest frame that a sequence header allows (AV1 bitstream specification section
// 5.5.1), 0 if it is none.
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

// av1Timing passes over timing_info and decoder_model_info, and returns the length of a delay in bits, 0 without a model.
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
