package video

import "bytes"

const (
	// maxParameterSets limits how many parameter sets of each kind are kept. H.264 allows 32 SPS and 256 PPS, H.265 16
	// VPS, 16 SPS and 64 PPS; encoders send one of each, rarely more than four.
	maxParameterSets = 32
	// maxParameterSet limits the size of one parameter set. They have some 10 to 100 bytes.
	maxParameterSet = 1024
)

// parameterSets keeps the last SPS and PPS of each ID (H.264 section 7.4.1.2.1), and the last VPS (H.265 section
// 7.4.2.4.2), for key frames without them.
type parameterSets struct {
	vps, sps, pps []parameterSet
	joined        []byte // the cached result of stream; empty if it has to be made
}

type parameterSet struct {
	id  uint32
	nal []byte
	sps sps // parsed, if it is an SPS
}

// nals are parameter sets of the present unit. They only take effect if the unit may be shown: otherwise anyone who can
// send us packets could change how frames are decoded, without having the key.
type nals struct {
	bytes []byte
	ends  []int
}

func (n *nals) reset() { n.bytes, n.ends = n.bytes[:0], n.ends[:0] }

func (n *nals) add(nal []byte) {
	n.bytes = append(n.bytes, nal...)
	n.ends = append(n.ends, len(n.bytes))
}

// all yields them in the order of arrival.
func (n *nals) all(yield func([]byte) bool) {
	start := 0
	for _, end := range n.ends {
		if !yield(n.bytes[start:end]) {
			return
		}
		start = end
	}
}

// parameterKeeper is a depacketizer that keeps parameter sets. finish keeps those of its unit.
type parameterKeeper interface {
	// keep keeps the parameter sets of the present unit, and reports whether they are complete.
	keep() (complete bool)
}

// keepSPS keeps a copy of an SPS NAL unit, and returns the result of read. An SPS that is already kept is not parsed
// again.
func (s *parameterSets) keepSPS(nal []byte, read func(nal []byte) sps) sps {
	for i := range s.sps {
		if bytes.Equal(s.sps[i].nal, nal) {
			return s.sps[i].sps
		}
	}
	set := parameterSet{nal: nal, sps: read(nal)}
	set.id = uint32(set.sps.id)
	if set.sps.known && s.keep(&s.sps, set) {
		// A PPS refers to the SPS before it.
		s.pps = s.pps[:0]
	}
	return set.sps
}

// keepPPS keeps a copy of a PPS NAL unit of H.264. It reports whether the NAL unit is valid.
func (s *parameterSets) keepPPS(nal []byte) bool {
	if len(nal) < 2 {
		return false
	}
	id, ok := expGolomb(nal[1:]) // pic_parameter_set_id (section 7.3.2.2)
	if ok {
		s.keep(&s.pps, parameterSet{id: id, nal: nal})
	}
	return ok
}

// keepVPS keeps a copy of a VPS NAL unit of H.265. It reports whether the NAL unit is valid.
func (s *parameterSets) keepVPS(nal []byte) bool {
	if len(nal) < 3 {
		return false
	}
	if s.keep(&s.vps, parameterSet{id: uint32(nal[2] >> 4), nal: nal}) { // vps_video_parameter_set_id (section 7.3.2.1)
		s.sps, s.pps = s.sps[:0], s.pps[:0]
	}
	return true
}

// keepH265PPS keeps a copy of a PPS NAL unit of H.265. It reports whether the NAL unit is valid.
func (s *parameterSets) keepH265PPS(nal []byte) bool {
	if len(nal) < 3 {
		return false
	}
	id, ok := expGolomb(nal[2:]) // pps_pic_parameter_set_id (section 7.3.2.3.1)
	if ok {
		s.keep(&s.pps, parameterSet{id: id, nal: nal})
	}
	return ok
}

// keep keeps a copy of a parameter set in sets. It reports whether that changed anything.
func (s *parameterSets) keep(sets *[]parameterSet, set parameterSet) (changed bool) {
	*sets, changed = keepParameterSet(*sets, set)
	if changed {
		s.joined = s.joined[:0]
	}
	return changed
}

// complete reports whether there is an SPS and a PPS.
func (s *parameterSets) complete() bool {
	return len(s.sps) > 0 && len(s.pps) > 0
}

// stream returns all parameter sets as a byte stream (annex B). It is valid until the next one is kept.
func (s *parameterSets) stream() []byte {
	if len(s.joined) == 0 {
		for _, sets := range [...][]parameterSet{s.vps, s.sps, s.pps} {
			for _, set := range sets {
				s.joined = append(s.joined, startCode...)
				s.joined = append(s.joined, set.nal...)
			}
		}
	}
	return s.joined
}

// pixels returns frame.pixels for a key frame with all parameter sets.
func (s *parameterSets) pixels() (most int) {
	for i := range s.sps {
		most = max(most, s.sps[i].sps.pixels)
	}
	return most
}

func keepParameterSet(sets []parameterSet, set parameterSet) (kept []parameterSet, changed bool) {
	if len(set.nal) > maxParameterSet {
		return sets, false
	}
	for i := range sets {
		if sets[i].id == set.id {
			if bytes.Equal(sets[i].nal, set.nal) {
				return sets, false
			}
			set.nal = append(sets[i].nal[:0], set.nal...)
			sets[i] = set
			return sets, true
		}
	}
	if len(sets) == maxParameterSets {
		return sets, false
	}
	set.nal = bytes.Clone(set.nal)
	return append(sets, set), true
}

// expGolomb reads an unsigned Exp-Golomb number of at most 16 bits from the beginning of b (section 9.1). Emulation
// prevention cannot affect IDs, which are below 256.
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
