package receive

import "bytes"

const (
	// maxParameterSets bounds how many of each kind are kept. H.264 allows 32 SPS and 256 PPS; encoders send one of
	// each, seldom more than four.
	maxParameterSets = 32
	// maxParameterSet bounds the size of one. They are some 10 to 100 bytes long.
	maxParameterSet = 1024
)

// parameterSets keeps the last SPS and PPS of each ID (H.264 section 7.4.1.2.1), for key frames that come without.
type parameterSets struct {
	sps, pps []parameterSet
	joined   []byte // what stream returns; empty if it has to be made
}

type parameterSet struct {
	id  uint32
	nal []byte
}

// keepSPS keeps a copy of an SPS NAL unit. It reports whether that is one.
func (s *parameterSets) keepSPS(nal []byte) bool {
	// profile_idc, constraint flags and level_idc come before seq_parameter_set_id (section 7.3.2.1.1).
	if len(nal) < 5 {
		return false
	}
	id, ok := expGolomb(nal[4:])
	if !ok {
		return false
	}
	kept, changed := keepParameterSet(s.sps, id, nal)
	s.sps = kept
	if changed {
		s.joined = s.joined[:0]
		// A PPS refers to the SPS that it came after.
		s.pps = s.pps[:0]
	}
	return true
}

// keepPPS keeps a copy of a PPS NAL unit. It reports whether that is one.
func (s *parameterSets) keepPPS(nal []byte) bool {
	if len(nal) < 2 {
		return false
	}
	id, ok := expGolomb(nal[1:]) // pic_parameter_set_id (section 7.3.2.2)
	if !ok {
		return false
	}
	kept, changed := keepParameterSet(s.pps, id, nal)
	s.pps = kept
	if changed {
		s.joined = s.joined[:0]
	}
	return true
}

// complete reports whether there is an SPS and a PPS.
func (s *parameterSets) complete() bool {
	return len(s.sps) > 0 && len(s.pps) > 0
}

// stream returns all of them as a byte stream (annex B). It is valid until one is kept.
func (s *parameterSets) stream() []byte {
	if len(s.joined) == 0 {
		for _, sets := range [...][]parameterSet{s.sps, s.pps} {
			for _, set := range sets {
				s.joined = append(s.joined, startCode...)
				s.joined = append(s.joined, set.nal...)
			}
		}
	}
	return s.joined
}

func keepParameterSet(sets []parameterSet, id uint32, nal []byte) (kept []parameterSet, changed bool) {
	if len(nal) > maxParameterSet {
		return sets, false
	}
	for i := range sets {
		if sets[i].id == id {
			if bytes.Equal(sets[i].nal, nal) {
				return sets, false
			}
			sets[i].nal = append(sets[i].nal[:0], nal...)
			return sets, true
		}
	}
	if len(sets) == maxParameterSets {
		return sets, false
	}
	return append(sets, parameterSet{id, bytes.Clone(nal)}), true
}

// expGolomb reads an unsigned Exp-Golomb number of at most 16 bits from the beginning of b (section 9.1). Emulation
// prevention does not matter to IDs, which are below 256.
func expGolomb(b []byte) (n uint32, ok bool) {
	bit := func(i int) uint32 {
		if i/8 >= len(b) {
			return 0
		}
		return uint32(b[i/8]>>(7-i%8)) & 1
	}
	zeros := 0
	for bit(zeros) == 0 {
		if zeros++; zeros > 16 || zeros/8 >= len(b) {
			return 0, false
		}
	}
	for i := range zeros + 1 {
		n = n<<1 | bit(zeros+i)
	}
	return n - 1, true
}
