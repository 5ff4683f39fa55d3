package video

import "github.com/gst-livekit/gst-livekit/internal/mediaclock"

// spsReader reads what is needed of sequence parameter sets. It uses bits of an RBSP.
type spsReader struct{ bitReader }

// ue reads an unsigned Exp-Golomb number (H.264 and H.265 section 9.1 and 9.2).
func (r *spsReader) ue() int {
	zeros := 0
	for !r.failed && zeros < 32 && !r.flag() {
		zeros++
	}
	return 1<<zeros - 1 + r.bits(zeros)
}

// skip reads n Exp-Golomb numbers, signed or not.
func (r *spsReader) skip(n int) {
	for range n {
		r.ue()
	}
}

// reorderH264 returns how many pictures are decoded before a picture that is shown before them, at most, by an SPS NAL unit
// of H.264 (section 7.3.2.1.1), or mediaclock.UnknownReorder.
func reorderH264(nal []byte) int {
	const baseline = 66
	var memory [256]byte
	rbsp := appendRBSP(memory[:0], nal[:min(len(nal), len(memory))])
	if len(rbsp) < 5 {
		return mediaclock.UnknownReorder
	}
	if rbsp[1] == baseline {
		return 0 // it has no B slices (section A.2.1)
	}
	r := spsReader{bitReader{data: rbsp[1:]}}
	if sps := r.h264(); sps.orderType == 2 {
		return 0 // they are shown in order of decoding (section 8.2.1.3)
	} else if sps.fields {
		r.bits(1) // mb_adaptive_frame_field_flag
	}
	r.bits(1)     // direct_8x8_inference_flag
	if r.flag() { // frame_cropping_flag
		r.skip(4)
	}
	if vui := r.flag(); !vui {
		return mediaclock.UnknownReorder
	}
	return r.vui()
}

// chroma passes over what an SPS of a high profile has more, and returns separate_colour_plane_flag.
func (r *spsReader) chroma() (planes bool) {
	lists := 8
	if r.ue() == 3 { // chroma_format_idc
		planes = r.flag()
		lists = 12
	}
	r.skip(2)     // depths
	r.bits(1)     // qpprime_y_zero_transform_bypass_flag
	if r.flag() { // seq_scaling_matrix_present_flag
		for i := range lists {
			if r.flag() {
				r.scalingList(i)
			}
		}
	}
	return planes
}

// scalingList passes over the scaling list i (section 7.3.2.1.1.1).
func (r *spsReader) scalingList(i int) {
	size := 16
	if i >= 6 {
		size = 64
	}
	last, next := 8, 8
	for range size {
		if next != 0 {
			delta := r.ue()
			if delta&1 != 0 {
				delta = (delta + 1) / 2
			} else {
				delta = -delta / 2
			}
			next = (last + delta + 256) & 0xff
		}
		if next != 0 {
			last = next
		}
	}
}

// vui returns max_num_reorder_frames of the parameters of section E.1.1, or mediaclock.UnknownReorder.
func (r *spsReader) vui() int {
	const extendedSAR = 255
	if r.flag() && r.bits(8) == extendedSAR { // aspect_ratio_idc
		r.bits(32)
	}
	if r.flag() { // overscan_info_present_flag
		r.bits(1)
	}
	if r.flag() { // video_signal_type_present_flag
		r.bits(4)
		if r.flag() {
			r.bits(24)
		}
	}
	if r.flag() { // chroma_loc_info_present_flag
		r.skip(2)
	}
	if r.flag() { // timing_info_present_flag
		r.bits(65)
	}
	if nal, vcl := r.hrd(), r.hrd(); nal || vcl {
		r.bits(1) // low_delay_hrd_flag
	}
	r.bits(1)                                // pic_struct_present_flag
	if restricted := r.flag(); !restricted { // bitstream_restriction_flag
		return mediaclock.UnknownReorder
	}
	r.bits(1)
	r.skip(4)
	return r.reorder()
}

// hrd passes over hrd_parameters of section E.1.2 and returns whether there were any.
func (r *spsReader) hrd() bool {
	if !r.flag() {
		return false
	}
	count := r.ue() + 1
	r.bits(8)
	for range min(count, 32) {
		r.skip(2)
		r.bits(1)
	}
	r.bits(20)
	return true
}

// reorder reads the number that all this is about.
func (r *spsReader) reorder() int {
	n := r.ue()
	if r.failed || n > mediaclock.MaxReorder {
		return mediaclock.UnknownReorder
	}
	return n
}

// reorderH265 is as reorderH264 for an SPS NAL unit of H.265 (section 7.3.2.2.1): sps_max_num_reorder_pics of the highest
// sub-layer.
func reorderH265(nal []byte) int {
	var memory [256]byte
	rest, subLayers, ok := behindProfile(appendRBSP(memory[:0], nal[:min(len(nal), len(memory))]))
	if !ok {
		return mediaclock.UnknownReorder
	}
	r := spsReader{bitReader{data: rest}}
	r.ue()           // sps_seq_parameter_set_id
	if r.ue() == 3 { // chroma_format_idc
		r.bits(1)
	}
	r.skip(2)     // size
	if r.flag() { // conformance_window_flag
		r.skip(4)
	}
	r.skip(3)                   // depths, log2_max_pic_order_cnt_lsb_minus4
	if each := r.flag(); each { // sps_sub_layer_ordering_info_present_flag
		for range subLayers {
			r.skip(3)
		}
	}
	r.ue() // sps_max_dec_pic_buffering_minus1
	return r.reorder()
}
