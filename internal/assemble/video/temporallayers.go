package video

import "github.com/pion/rtp/codecs"

const (
	// layerAway is after how many frames of the lowest layer without one of an upper layer the server does not send that
	// layer: encoders have one between any two, and may drop a few. layerAwayOfThree is for three layers, where frames of
	// the second layer are rarer and all frames of the third refer to them: a few frames dropped needlessly are better
	// than a damaged picture.
	layerAway        = 3
	layerAwayOfThree = 1
	// layerPatience is for how many frames of the lowest layer to wait for a frame with which an upper layer can begin,
	// because some encoders may mark none.
	layerPatience = 32
)

// temporalLayers tracks the temporal layers of a VP8 stream (RFC 7741 section 4.2), which has four, or of VP9, which
// has eight. A server that drops an upper layer and then sends it again may begin with any of its frames, and these
// refer to frames that were dropped, so that they are decoded with errors. The picture numbers do not show it, because
// the server closes their gaps.
type temporalLayers struct {
	base   int    // number of frames of the lowest layer
	last   [8]int // base at the last frame of each layer, or at a key frame
	waited [8]int // base when the first frame of a layer was refused
	away   [8]bool
	three  bool // there are three layers
}

// takes reports whether a frame can be decoded, from the descriptor of its first packet.
func (l *temporalLayers) takes(d *codecs.VP8Packet, key bool) bool {
	switch {
	case key:
		*l = temporalLayers{base: 1, three: l.three} // the next frames of all layers refer to it
		return true
	case d.T == 0:
		return true
	case d.TID == 0:
		l.base++
		return true
	}
	l.three = l.three || d.TID == 2
	if d.Y == 1 { // it only refers to the lowest layer
		l.away[d.TID] = false
	}
	for tid := d.TID; tid > 0 && d.Y == 0; tid-- {
		if l.isAway(tid) {
			return false
		}
	}
	l.last[d.TID] = l.base
	return true
}

// isAway reports whether a layer was dropped and has not begun again.
func (l *temporalLayers) isAway(tid uint8) bool {
	patience := layerAway
	if l.three {
		patience = layerAwayOfThree
	}
	if !l.away[tid] && l.base-l.last[tid] > patience {
		l.away[tid], l.waited[tid] = true, l.base
	}
	if l.away[tid] && l.base-l.waited[tid] > layerPatience {
		l.away[tid], l.last[tid] = false, l.base
	}
	return l.away[tid]
}
