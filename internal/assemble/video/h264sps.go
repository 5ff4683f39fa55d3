package video

// h264SPS is the first part of an SPS of H.264 (section 7.3.2.1.1).
type h264SPS struct {
	profile       int
	id            int
	planes        bool // separate_colour_plane_flag
	numberBits    int  // of frame_num (log2_max_frame_num)
	orderType     int  // pic_order_cnt_type
	references    int  // max_num_ref_frames
	gaps          bool // gaps_in_frame_num_value_allowed_flag
	width, height int  // in macroblocks, before they are cropped
	fields        bool // pictures may be fields, or be made of them
}

// h264 reads it behind nal_unit_type. What could not be read is zero, and the reader failed then.
func (r *spsReader) h264() (s h264SPS) {
	s.profile = r.bits(8)
	r.bits(8 + 8) // constraint flags, level_idc
	s.id = r.ue()
	switch s.profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		s.planes = r.chroma()
	}
	s.numberBits = r.ue() + 4
	switch s.orderType = r.ue(); s.orderType {
	case 0:
		r.ue() // log2_max_pic_order_cnt_lsb_minus4
	case 1:
		r.bits(1)
		r.skip(2)
		r.skip(min(r.ue(), 255)) // offset_for_ref_frame
	}
	s.references = r.ue()
	s.gaps = r.flag()
	width, height := r.ue()+1, r.ue()+1
	if s.fields = !r.flag(); s.fields { // frame_mbs_only_flag
		height *= 2
	}
	if !r.failed {
		s.width, s.height = width, height
	}
	return s
}
