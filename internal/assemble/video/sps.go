package video

import (
	"math"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
)

// maxSPS limits how much of a sequence parameter set is parsed.
const maxSPS = 1024

// sps has the relevant fields of a sequence parameter set.
type sps struct {
	id        int           // seq_parameter_set_id, if known
	known     bool          // the NAL unit is a valid SPS as far as its ID
	pixels    int           // of a picture before cropping; 0 if unknown
	reorder   int           // how many pictures can be decoded before one that is shown before them, or mediaclock.UnknownReorder
	numbering h264Numbering // zero for H.265
}

// spsReader parses an RBSP as a sequence parameter set.
type spsReader struct{ bitReader }

// ue reads an unsigned Exp-Golomb number (H.264 and H.265 section 9.1 and 9.2).
func (r *spsReader) ue() int {
	zeros := 0
	for !r.failed && zeros < 32 && !r.flag() {
		zeros++
	}
	return 1<<zeros - 1 + r.bits(zeros)
}

// skip skips n Exp-Golomb numbers, signed or not.
func (r *spsReader) skip(n int) {
	for range n {
		r.ue()
	}
}

// readH264SPS reads an SPS NAL unit of H.264 (section 7.3.2.1.1).
func readH264SPS(nal []byte) sps {
	const baseline = 66
	s := sps{reorder: mediaclock.UnknownReorder}
	var memory [maxSPS]byte
	r := spsReader{bitReader{data: appendRBSP(memory[:0], nal[:min(len(nal), maxSPS)])}}
	r.bits(8 * nalHeader)
	profile := r.bits(8)
	r.bits(8 + 8) // constraint flags, level_idc
	s.id = r.ue()
	s.known = !r.failed && s.id <= math.MaxUint16
	planes := false
	switch profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		planes = r.chroma()
	}
	numberBits, orderType := r.ue()+4, r.ue()
	switch orderType {
	case 0:
		r.ue() // log2_max_pic_order_cnt_lsb_minus4
	case 1:
		r.bits(1)
		r.skip(2)
		r.skip(min(r.ue(), 255)) // offset_for_ref_frame
	}
	references, gaps := r.ue(), r.flag()
	width, height := r.ue()+1, r.ue()+1
	fields := !r.flag() // frame_mbs_only_flag
	if fields {
		height *= 2
	}
	if !r.failed {
		s.pixels = min(pixels(width, height), math.MaxInt32/256) * 256
		s.numbering = newH264Numbering(numberBits, references, gaps, planes, fields)
	}
	if len(nal) > maxSPS {
		s.pixels = math.MaxInt32 // unknown, so it may be large
	}
	if s.known && (profile == baseline || orderType == 2) {
		s.reorder = 0 // no B slices (section A.2.1), or shown in order of decoding (section 8.2.1.3)
		return s
	}
	if fields {
		r.bits(1) // mb_adaptive_frame_field_flag
	}
	r.bits(1)     // direct_8x8_inference_flag
	if r.flag() { // frame_cropping_flag
		r.skip(4)
	}
	if vui := r.flag(); vui {
		s.reorder = r.vui()
	}
	return s
}

// readH265SPS reads an SPS NAL unit of H.265 (section 7.3.2.2.1).
func readH265SPS(nal []byte) sps {
	s := sps{reorder: mediaclock.UnknownReorder}
	var memory [maxSPS]byte
	rest, subLayers, ok := behindProfile(appendRBSP(memory[:0], nal[:min(len(nal), maxSPS)]))
	if !ok {
		return s
	}
	r := spsReader{bitReader{data: rest}}
	s.id = r.ue()
	s.known = !r.failed && s.id <= math.MaxUint16
	if r.ue() == 3 { // chroma_format_idc
		r.bits(1)
	}
	if width, height := r.ue(), r.ue(); !r.failed {
		s.pixels = pixels(width, height)
	}
	if r.flag() { // conformance_window_flag
		r.skip(4)
	}
	r.skip(3)                   // depths, log2_max_pic_order_cnt_lsb_minus4
	if each := r.flag(); each { // sps_sub_layer_ordering_info_present_flag
		for range subLayers {
			r.skip(3)
		}
	}
	r.ue()                  // sps_max_dec_pic_buffering_minus1
	s.reorder = r.reorder() // sps_max_num_reorder_pics of the highest sub-layer
	return s
}

// behindProfile returns the rest of an SPS of H.265 after profile_tier_level (sections 7.3.2.2.1 and 7.3.3), which
// begins with sps_seq_parameter_set_id, and sps_max_sub_layers_minus1.
func behindProfile(rbsp []byte) (rest []byte, subLayers int, ok bool) {
	const general, profile = 12, 11
	r := byteReader{rest: rbsp}
	r.skip(h265Header)
	subLayers = int(r.next() >> 1 & 7)
	r.skip(general)
	if subLayers > 0 {
		present := uint16(r.next())<<8 | uint16(r.next())
		for range subLayers {
			if present&0x8000 != 0 {
				r.skip(profile)
			}
			if present&0x4000 != 0 {
				r.skip(1) // level
			}
			present <<= 2
		}
	}
	return r.rest, subLayers, !r.failed
}

// chroma skips the additional fields of high profiles, and returns separate_colour_plane_flag.
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

// scalingList skips the scaling list i (section 7.3.2.1.1.1).
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

// vui returns max_num_reorder_frames from the VUI parameters (section E.1.1), or mediaclock.UnknownReorder.
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

// hrd skips hrd_parameters (section E.1.2) and reports whether they were present.
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

// reorder reads the number of reordered pictures.
func (r *spsReader) reorder() int {
	n := r.ue()
	if r.failed || n > mediaclock.MaxReorder {
		return mediaclock.UnknownReorder
	}
	return n
}
